/** Public binary caches -> the public key with which each signs, as its own documentation has it. */
const keys: Readonly<Record<string, string>> = {
  "cache.nixos.org": "cache.nixos.org-1:6NCHdD59X431o0gWypbMrAURkbJ16ZPMQFGspcDShjY=",
  "nix-community.cachix.org": "nix-community.cachix.org-1:mB9FSh9qf2dCimDSUo8Zy7bkq5CX+/rkCWyvRCYg3Fs=",
  "devenv.cachix.org": "devenv.cachix.org-1:w1cLUi8dv3hnoSPGAuibQv+f9TZLr6cv/Hm9XgU50cw=",
  "cache.garnix.io": "cache.garnix.io:CTFPyKSLcx5RMJKfLo5EEPUObbA78b0YQ2DTCJXqr9g=",
  "cache.iog.io": "hydra.iohk.io:f/Ea+s+dFdN+3Y/G+FDgSq+a5NEWhJGzdjvKNGv0/EQ=",
};

/** The key that NixOS and Nix trust unless it is taken away. */
export const defaultKey = keys["cache.nixos.org"] ?? "";

/** The key of a public cache; undefined of any other. @param url of the cache. */
export function knownKey(url: string): string | undefined {
  const host = cacheHost(url);
  return host !== undefined && Object.hasOwn(keys, host) ? keys[host] : undefined;
}

/** The host of a cache that is reached over http. */
export function cacheHost(url: string): string | undefined {
  return /^https?:\/\/(?:[^/@?#]*@)?([\w.-]+)(?::\d+)?(?=[/?#]|$)/i.exec(url)?.[1]?.toLowerCase();
}
