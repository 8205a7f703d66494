import type { SshStore } from "./target.ts";

/**
 * The address with which Nix opens a builder's store with the key and the pinned host key of its machine line (Nix manual, "SSH
 * Store"); undefined for a store that is not reached over ssh. Always `ssh-ng`: the older protocol of `ssh` reports no progress.
 */
export function storeUri({ uri, keyFile, hostKey }: SshStore): string | undefined {
  const [, authority, query = ""] = /^ssh(?:-ng)?:\/\/([^/?#]+)\/?(?:\?(.*))?$/s.exec(uri) ?? [];
  if (authority === undefined) return undefined;
  const named = (name: string) => new RegExp(`(?:^|&)${name}=`).test(query);
  const settings = [
    query,
    keyFile === undefined || named("ssh-key") ? "" : `ssh-key=${encodeURIComponent(keyFile)}`,
    hostKey === undefined || named("base64-ssh-public-host-key")
      ? ""
      : `base64-ssh-public-host-key=${encodeURIComponent(hostKey)}`,
  ].filter(Boolean);
  return `ssh-ng://${authority}${settings.length === 0 ? "" : `?${settings.join("&")}`}`;
}
