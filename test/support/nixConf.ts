/** What a laboratory's nix.conf says beside its base; each undefined setting stays at the base's value. */
export interface NixSettings {
  /** Systems that this machine builds by emulation. */
  readonly extraPlatforms?: readonly string[];
  /** Binary caches' addresses; with any, substitution is on. */
  readonly substituters?: readonly string[];
  readonly trustedPublicKeys?: readonly string[];
  /** Remote builders, each a line of a machines file. */
  readonly builders?: readonly string[];
  readonly maxJobs?: number;
  /** Further lines as they stand. */
  readonly lines?: readonly string[];
}

/**
 * A nix.conf for a Nix without daemon, root or sandbox that never leaves the machine. Experimental features are left
 * alone, so that they are off as on a stock installation.
 */
export function nixConf(settings: NixSettings): string {
  const { extraPlatforms, substituters = [], trustedPublicKeys = [], builders, maxJobs = 2, lines = [] } = settings;
  return [
    "sandbox = false",
    "build-users-group =",
    `max-jobs = ${maxJobs}`,
    "cores = 1",
    `substitute = ${substituters.length > 0}`,
    `substituters = ${substituters.join(" ")}`,
    `trusted-public-keys = ${trustedPublicKeys.join(" ")}`,
    ...(extraPlatforms ? [`extra-platforms = ${extraPlatforms.join(" ")}`] : []),
    ...(builders ? [`builders = ${builders.join(" ; ")}`] : []),
    ...lines,
    "",
  ].join("\n");
}
