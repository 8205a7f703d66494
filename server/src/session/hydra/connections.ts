import { readAuthorities } from "../../net/authorities.ts";
import { Connections } from "../../net/connections.ts";
import type { Toolchain } from "../../toolchain/toolchain.ts";

/** At most this many connections to a Hydra server, which has few processes for all of its users. */
const perHost = 4;

/** Connections with Nix's proxies and certificates, which are kept as long as these stay the same. */
export function toolchainConnections(toolchain: Pick<Toolchain, "nix" | "config">): () => Promise<Connections> {
  let last: { readonly key: string; readonly connections: Promise<Connections> } | undefined;
  return () => {
    const { env } = toolchain.nix;
    const file = toolchain.config?.sslCertFile;
    const key = JSON.stringify([file, env]);
    if (last?.key !== key) {
      void last?.connections.then(connections => connections.close());
      const connections = readAuthorities(file, env).then(
        authorities => new Connections({ env, authorities, perHost }),
      );
      last = { key, connections };
    }
    return last.connections;
  };
}
