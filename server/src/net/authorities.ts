import { readBounded } from "../storage/regularFile.ts";
import type { Variables } from "./proxy.ts";

/** The largest file of certificates that is read (bytes). */
const maxCertificates = 16 * 1024 * 1024;

/** Where Nix looks for certificates unless a setting or a variable says where (`src/libstore/globals.cc`). */
const usualCertificates = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/nix/var/nix/profiles/default/etc/ssl/certs/ca-bundle.crt",
];

/**
 * The certificates that Nix trusts (PEM); undefined if it finds none, and then those that Node brings count.
 *
 * @param file Nix's setting `ssl-cert-file`, if it is set.
 */
export async function readAuthorities(file: string | undefined, env: Variables): Promise<string | undefined> {
  const named = file || env.NIX_SSL_CERT_FILE || env.SSL_CERT_FILE;
  for (const candidate of named ? [named] : usualCertificates) {
    const text = (await readBounded(candidate, maxCertificates))?.toString("latin1");
    if (text?.includes("-----BEGIN ")) return text;
  }
  return undefined;
}
