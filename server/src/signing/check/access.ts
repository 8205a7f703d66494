import type { Login } from "../../net/address.ts";
import { readAuthorities } from "../../net/authorities.ts";
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

/** The largest netrc file that is read (bytes). */
const maxNetrc = 1024 * 1024;

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
    readAuthorities(trust.sslCertFile, nix.env),
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
