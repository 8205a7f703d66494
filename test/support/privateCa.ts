import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import fs from "node:fs";
import path from "node:path";

/** A certificate authority that no system knows, as a private network has one. */
export interface Authority {
  /** PEM; for `ssl-cert-file`, `NIX_SSL_CERT_FILE` and `NODE_EXTRA_CA_CERTS`. */
  readonly certFile: string;
  /** A server's certificate and key, for `localhost` and 127.0.0.1, in files of PEM. */
  readonly server: { readonly certFile: string; readonly keyFile: string };
}

/**
 * Creates an authority and a certificate for servers of this machine.
 *
 * @param folder is created, for the files.
 * @param validFor how long the server's certificate is valid, in days from yesterday: with 0 it has expired.
 */
export function newAuthority(folder: string, { validFor = 10 }: { readonly validFor?: number } = {}): Authority {
  fs.mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => {
    const file = path.join(folder, name);
    fs.writeFileSync(file, text, { mode: 0o600 });
    return file;
  };
  const [own, server] = [newKey(), newKey()];
  const certificate = (of: KeyObject, name: string, extensions: readonly Buffer[], days: number) =>
    pem(signed(certificateBody({ subject: name, issuer: authorityName, key: of, extensions, days }), own));
  return {
    certFile: write("authority.pem", certificate(own, authorityName, [isAuthority], 10)),
    server: {
      certFile: write("server.pem", certificate(server, "localhost", [localNames], validFor)),
      keyFile: write("server.key", server.export({ format: "pem", type: "pkcs8" }).toString()),
    },
  };
}

const authorityName = "Authority of the laboratory";
const day = 24 * 60 * 60 * 1000;

function newKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

// X.509 (RFC 5280) as DER: only what a test server needs.

interface Body {
  readonly subject: string;
  readonly issuer: string;
  readonly key: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly days: number;
}

function certificateBody({ subject, issuer, key, extensions, days }: Body): Buffer {
  const yesterday = Date.now() - day;
  return sequence(
    der(0xa0, integer(Buffer.from([2]))),
    integer(Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    nameOf(issuer),
    sequence(time(yesterday), time(yesterday + Math.max(days * day, 1000))),
    nameOf(subject),
    createPublicKey(key).export({ format: "der", type: "spki" }),
    der(0xa3, sequence(...extensions)),
  );
}

function signed(body: Buffer, key: KeyObject): Buffer {
  return sequence(body, ecdsaWithSha256, bits(sign("sha256", body, key)));
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}

/** A value with its tag and length. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return der(0x30, ...contents);
}

function integer(bytes: Buffer): Buffer {
  return der(0x02, bytes);
}

function bits(bytes: Buffer): Buffer {
  return der(0x03, Buffer.from([0]), bytes);
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, "hex"));
}

/** UTCTime: `YYMMDDHHMMSSZ`. */
function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]|\.\d+/g, "");
  return der(0x17, Buffer.from(text.slice(2)));
}

function nameOf(common: string): Buffer {
  return sequence(der(0x31, sequence(oid("550403"), der(0x0c, Buffer.from(common)))));
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), der(0x01, Buffer.from([0xff])), der(0x04, value));
}

const ecdsaWithSha256 = sequence(oid("2a8648ce3d040302"));
const isAuthority = extension("551d13", sequence(der(0x01, Buffer.from([0xff]))));
const localNames = extension(
  "551d11",
  sequence(der(0x82, Buffer.from("localhost")), der(0x87, Buffer.from([127, 0, 0, 1]))),
);
