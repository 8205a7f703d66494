import { type Log, silentLog } from "../logging/log.ts";
import type { NixConfig } from "../nix/config.ts";
import type { Builder, BuilderId } from "../protocol.ts";
import { readRegular } from "../storage/regularFile.ts";
import { binfmtHandlers } from "./binfmt.ts";
import { machineLines, parseMachineLine } from "./machinesFile.ts";
import { thisMachine } from "./thisMachine.ts";

/** A larger file names no builders (bytes). */
const maxBytes = 1024 * 1024;

/** Every builder that this machine's Nix knows. */
export interface KnownBuilders {
  readonly builders: readonly Builder[];
  /** Remote builders: the machine line that makes Nix use it. */
  readonly lines: ReadonlyMap<BuilderId, string>;
}

/** Finds the builders from Nix's settings, the files that they name and the kernel's handlers. Connects to nobody. */
export async function findBuilders(config: NixConfig, log: Log = silentLog): Promise<KnownBuilders> {
  const read = async (file: string) => {
    try {
      return (await readRegular(file, maxBytes)).toString("utf8");
    } catch (error) {
      // Nix's own default names a file that most machines do not have.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        log.warning(`The builders in ${file} are not known: it cannot be read`, error);
      return undefined;
    }
  };
  const [lines, handlers] = await Promise.all([machineLines(config.builders, read), binfmtHandlers()]);
  const remote = lines.flatMap(line => parseMachineLine(line, config.system) ?? []);
  return {
    builders: [thisMachine(config, handlers), ...remote.map(({ builder }) => builder)],
    lines: new Map(remote.map(({ builder, line }) => [builder.id, line])),
  };
}
