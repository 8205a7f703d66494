import type { Login } from "../../net/address.ts";
import { Connections } from "../../net/connections.ts";
import { loginIn } from "../../net/netrc.ts";
import type { NixConfig } from "../../nix/config.ts";
import type { Nix } from "../../nix/nix.ts";
import { readBounded } from "../../storage/regularFile.ts";
import type { CacheAccess } from "../caches/ask.ts";
import { nixRules } from "../formats/rules.ts";

/** Which caches are queried, how, and which keys are trusted: Nix's settings of these names. */
export type Trust = Pick<NixConfig, "substituters" | "trustedPublicKeys"> &
  Partial<
    Pick<NixConfig, "version" | "requiresSignatures" | "netrcFile" | "sslCertFile" | "negativeTtl" | "positiveTtl">
  >;

/** The largest netrc file and the largest file of certificates that are read (bytes). */
const maxNetrc = 1024 * 1024;
const maxCertificates = 16 * 1024 * 1024;

/** Where Nix looks for certificates unless a setting or a variable says where (`src/libstore/globals.cc`). */
const usualCertificates = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/nix/var/nix/profiles/default/etc/ssl/certs/ca-bundle.crt",
];

/**
 * Opens the access to caches for one check: logins and certificates are read before each.
 *
 * @param storageDir for what is remembered of caches; undefined: nothing is.
 */
export async function openAccess(
  nix: Pick<Nix, "env" | "run">,
  trust: Trust,
  storeDir: string,
  storageDir: string | undefined,
): Promise<CacheAccess> {
  const [netrc, authorities] = await Promise.all([
    trust.netrcFile ? readBounded(trust.netrcFile, maxNetrc) : undefined,
    certificates(trust, nix.env),
  ]);
  return {
    connections: new Connections({ env: nix.env, authorities }),
    loginFor: loginsIn(netrc?.toString("utf8") ?? ""),
    nix,
    storageDir,
    storeDir,
    rules: nixRules(trust.version),
    ttl: { found: trust.positiveTtl, missing: trust.negativeTtl },
  };
}

/** Reads a netrc once for each host and user. */
function loginsIn(netrc: string): (host: string, user?: string) => Login | undefined {
  const known = new Map<string, Login | undefined>();
  return (host, user) => {
    const key = `${host} ${user ?? ""}`;
    if (!known.has(key)) known.set(key, loginIn(netrc, host, user));
    return known.get(key);
  };
}

/** The certificates that Nix trusts (PEM); undefined if it finds none, and then those that Node brings count. */
async function certificates({ sslCertFile }: Trust, env: Nix["env"]): Promise<string | undefined> {
  const named = sslCertFile || env.NIX_SSL_CERT_FILE || env.SSL_CERT_FILE;
  for (const file of named ? [named] : usualCertificates) {
    const text = (await readBounded(file, maxCertificates))?.toString("latin1");
    if (text?.includes("-----BEGIN ")) return text;
  }
  return undefined;
}
