import type { BuildMachine } from "../../server/src/protocol.ts";

/** A well-formed public key of ssh, without a secret one. */
export const sshPublicKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJC root@laptop";

/** A build machine with everything: it emulates, has a cache and Hydra, and certificates. */
export function buildMachine(fields: Partial<BuildMachine> = {}): BuildMachine {
  return {
    host: "build.home.example",
    sshPort: 22,
    system: "x86_64-linux",
    emulated: ["aarch64-linux", "armv7l-linux"],
    maxJobs: 4,
    cache: { host: "cache.home.example", publicKey: `cache.home.example-1:${"A".repeat(43)}=` },
    hydra: { host: "hydra.home.example" },
    web: { kind: "https", email: "root@home.example" },
    clientKeys: [sshPublicKey],
    hostKey: sshPublicKey,
    ...fields,
  };
}
