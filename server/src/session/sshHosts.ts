import { readFile } from "node:fs/promises";
import path from "node:path";
import type { FindHost } from "../builds/hosts/hosts.ts";
import { Releases } from "../builds/hosts/ssh/releases.ts";
import { SshHost } from "../builds/hosts/ssh/sshHost.ts";
import type { BuildRecords } from "../builds/record/record.ts";
import type { Toolchain } from "../toolchain/toolchain.ts";

/** The hosts of builds that run on builders, by the addresses of their stores. @param scripts the built `sh/`. */
export function sshHosts(
  storageDir: string,
  scripts: string,
  toolchain: Pick<Toolchain, "nix" | "config">,
): (records: BuildRecords) => FindHost {
  let script: Promise<string> | undefined;
  const ssh = {
    nix: () => toolchain.nix,
    nixVersion: () => toolchain.config?.version,
    folder: path.join(storageDir, "ssh"),
    script: () => {
      script ??= readFile(path.join(scripts, "builder.sh"), "utf8");
      return script;
    },
  };
  const releases = new Releases(storageDir);
  return records => {
    const requestOf = async (id: string) => {
      const [request, evaluation] = [await records.read(id, "request"), await records.read(id, "evaluation")];
      const outPath = evaluation?.evaluation?.outPath;
      return request && { ...request, outPath, isRefused: evaluation?.problem !== undefined };
    };
    return store =>
      store.startsWith("ssh-ng://") ? new SshHost(store, { records, requestOf, releases, ssh }) : undefined;
  };
}
