import type { BuildMachine } from "../protocol.ts";

/** What both modules and the texts about them have to agree on. */
export const names = {
  /** The user of the build machine as which clients log in. */
  user: "nix-builder",
  /** The secret key of ssh with which clients log in, on each client. */
  sshKey: "/root/.ssh/nix-builder",
  /** The folder of the cache's keys on the build machine. */
  keyFolder: "/var/lib/nix-cache",
  secretKey: "/var/lib/nix-cache/secret-key",
  publicKey: "/var/lib/nix-cache/public-key",
  /** The ports of nix-serve and Hydra behind nginx, on the loopback interface. */
  cachePort: 5000,
  hydraPort: 3000,
} as const;

/** The features that NixOS gives a machine by default; `kvm` only works natively. */
export const nativeFeatures = ["big-parallel", "benchmark", "nixos-test", "kvm"] as const;
export const emulatedFeatures = ["big-parallel", "benchmark"] as const;

/** The name of the cache's key, which is part of each of its signatures. */
export function keyName(host: string): string {
  return `${host}-1`;
}

/** `https://cache.example.org` */
export function webAddress(host: string, { web }: Pick<BuildMachine, "web">): string {
  if (web.kind === "https") return `https://${host}`;
  return web.port === 80 ? `http://${host}` : `http://${host}:${web.port}`;
}
