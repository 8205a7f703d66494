import { spawn } from "node:child_process";
import { createPrivateKey, sign } from "node:crypto";
import fs from "node:fs";
import type http from "node:http";
import path from "node:path";
import { toNixBase32 } from "../../server/src/common/nixBase32.ts";
import type { SigningKey } from "./cache.ts";
import type { Lab } from "./lab.ts";
import { mustRun } from "./run.ts";
import { type Access, type Served, serve } from "./serve.ts";

export interface NixServeOptions extends Access {
  /** nix-serve's `secretKeyFile`: it signs all that it serves. Without it, the signatures in the store are served. */
  readonly key?: SigningKey | undefined;
  /** The paths that it serves; by default all of the store. */
  readonly serves?: (storePath: string) => boolean;
}

/**
 * What nix-serve does, in this process: a live store as a binary cache, signed on the fly. It follows nix-serve 0.2
 * (`nix-serve.psgi`) word for word; its signatures equal those of `nix store sign`.
 */
export async function startNixServe(
  lab: Lab,
  { key, serves = () => true, ...access }: NixServeOptions = {},
): Promise<Served> {
  const signer = key && secretKey(key.secretFile);
  const find = (hash: string) => {
    const name = fs.readdirSync(lab.storeDir).find(each => each.startsWith(`${hash}-`) && !each.endsWith(".lock"));
    const found = name === undefined ? undefined : path.join(lab.storeDir, name);
    return found !== undefined && serves(found) ? pathInfo(lab, found) : undefined;
  };
  const served = await serve((request, response) => {
    answer(lab, find, signer, request.url ?? "", response).catch(error => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  }, access);
  lab.defer(served.stop);
  return served;
}

type Sign = (text: string) => string;
type Find = (hash: string) => Promise<StoredPath | undefined> | undefined;

async function answer(lab: Lab, find: Find, signer: Sign | undefined, url: string, response: http.ServerResponse) {
  const text = (status: number, type: string, body: string) => {
    response.writeHead(status, { "Content-Type": type }).end(body);
  };
  if (url === "/nix-cache-info")
    return text(200, "text/plain", `StoreDir: ${lab.storeDir}\nWantMassQuery: 1\nPriority: 30\n`);
  const [, narinfoOf] = /^\/([0-9a-z]+)\.narinfo$/.exec(url) ?? [];
  if (narinfoOf !== undefined) {
    const info = await find(narinfoOf);
    if (info === undefined) return text(404, "text/plain", "No such path.\n");
    return text(200, "text/x-nix-narinfo", narinfo(narinfoOf, info, signer));
  }
  const [, narOf, narHash] = /^\/nar\/([0-9a-z]+)-([0-9a-z]+)\.nar$/.exec(url) ?? [];
  const info = narOf === undefined ? undefined : await find(narOf);
  if (info === undefined) return text(404, "text/plain", "File not found.\n");
  if (info.narHash !== `sha256:${narHash}`)
    return text(404, "text/plain", "Incorrect NAR hash. Maybe the path has been recreated.\n");
  response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": info.narSize });
  const dump = spawn("nix-store", ["--dump", info.path], { env: lab.env, stdio: ["ignore", "pipe", "ignore"] });
  response.once("close", () => dump.kill());
  dump.stdout.pipe(response);
}

function narinfo(hash: string, info: StoredPath, signer: Sign | undefined): string {
  const { path: storePath, narHash, narSize, references, deriver, signatures } = info;
  const text = `1;${storePath};${narHash};${narSize};${references.join(",")}`;
  const names = references.map(each => path.basename(each)).join(" ");
  return [
    `StorePath: ${storePath}`,
    `URL: nar/${hash}-${narHash.replace("sha256:", "")}.nar`,
    "Compression: none",
    `NarHash: ${narHash}`,
    `NarSize: ${narSize}`,
    ...(references.length > 0 ? [`References: ${names}`] : []),
    ...(deriver === undefined ? [] : [`Deriver: ${path.basename(deriver)}`]),
    ...(signer === undefined ? signatures : [signer(text)]).map(signature => `Sig: ${signature}`),
    "",
  ].join("\n");
}

interface StoredPath {
  readonly path: string;
  /** `sha256:` and base 32. */
  readonly narHash: string;
  readonly narSize: number;
  /** Sorted. */
  readonly references: readonly string[];
  readonly deriver: string | undefined;
  readonly signatures: readonly string[];
}

/** What the store knows about a path; undefined for a path that is not valid. */
async function pathInfo(lab: Lab, storePath: string): Promise<StoredPath | undefined> {
  const args = ["--extra-experimental-features", "nix-command", "path-info", "--json", "--sigs", storePath];
  const json = await mustRun("nix", args, { env: lab.env, cwd: lab.dir }).catch(() => "[]");
  const parsed = JSON.parse(json);
  const info = Array.isArray(parsed) ? parsed[0] : parsed[storePath];
  if (typeof info?.narHash !== "string") return undefined;
  const [, digest] = /^sha256-(.*)$/.exec(info.narHash) ?? [];
  return {
    path: storePath,
    narHash: digest === undefined ? info.narHash : `sha256:${toNixBase32(Buffer.from(digest, "base64"))}`,
    narSize: info.narSize,
    references: [...info.references].sort(),
    deriver: info.deriver ?? undefined,
    signatures: info.signatures ?? [],
  };
}

/** PKCS #8 of an Ed25519 key, up to its 32 bytes (RFC 8410, section 7). */
const pkcs8 = Buffer.from("302e020100300506032b657004220420", "hex");

/** Signs as the secret key of a file does, which is `name:base64` of seed and public key. */
function secretKey(file: string): Sign {
  const text = fs.readFileSync(file, "utf8").trim();
  const colon = text.indexOf(":");
  const seed = Buffer.from(text.slice(colon + 1), "base64").subarray(0, 32);
  const key = createPrivateKey({ key: Buffer.concat([pkcs8, seed]), format: "der", type: "pkcs8" });
  return message => `${text.slice(0, colon)}:${sign(null, Buffer.from(message), key).toString("base64")}`;
}
