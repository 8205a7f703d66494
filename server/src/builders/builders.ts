import { readFile } from "node:fs/promises";
import type { NixConfig } from "../nix/config.ts";
import type { Builder, BuilderId } from "../protocol.ts";
import { binfmtHandlers } from "./binfmt.ts";
import { machineLines, parseMachineLine } from "./machinesFile.ts";
import { thisMachine } from "./thisMachine.ts";

/** Every builder that this machine's Nix knows. */
export interface KnownBuilders {
  readonly builders: readonly Builder[];
  /** Remote builders: the machine line that makes Nix use it. */
  readonly lines: ReadonlyMap<BuilderId, string>;
}

/** Finds the builders from Nix's settings, the files that they name and the kernel's handlers. Connects to nobody. */
export async function findBuilders(config: NixConfig): Promise<KnownBuilders> {
  const read = (file: string) => readFile(file, "utf8").catch(() => undefined);
  const [lines, handlers] = await Promise.all([machineLines(config.builders, read), binfmtHandlers()]);
  const remote = lines.flatMap(line => parseMachineLine(line, config.system) ?? []);
  return {
    builders: [thisMachine(config, handlers), ...remote.map(({ builder }) => builder)],
    lines: new Map(remote.map(({ builder, line }) => [builder.id, line])),
  };
}
