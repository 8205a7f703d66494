import { type Log, silentLog } from "../logging/log.ts";
import type { NixConfig } from "../nix/config.ts";
import type { Builder, BuilderId } from "../protocol.ts";
import { readRegular } from "../storage/regularFile.ts";
import { binfmtHandlers } from "./binfmt.ts";
import { machineLines, parseMachineLine, type RemoteOffer } from "./machinesFile.ts";
import { thisMachine } from "./thisMachine.ts";

/** Larger files are ignored (bytes). */
const maxBytes = 1024 * 1024;

/** Every builder that this machine's Nix knows. */
export interface KnownBuilders {
  readonly list: readonly Builder[];
  /** Remote builder -> the machine lines that make Nix use it, one per offer. */
  readonly lines: ReadonlyMap<BuilderId, readonly string[]>;
}

/** Finds the builders from Nix's settings, the files they name and the kernel's handlers. Does not connect to any of them. */
export async function findBuilders(config: NixConfig, log: Log = silentLog): Promise<KnownBuilders> {
  const read = async (file: string) => {
    try {
      return (await readRegular(file, maxBytes)).toString("utf8");
    } catch (error) {
      // Nix's default setting names a file that most machines do not have.
      if ((error as NodeJS.ErrnoException).code !== "ENOENT")
        log.warning(`Cannot read the machines file ${file}`, error);
      return undefined;
    }
  };
  const [lines, handlers] = await Promise.all([machineLines(config.builders, read), binfmtHandlers()]);
  const remote = byAddress(lines.flatMap(line => parseMachineLine(line, config.system) ?? []));
  return {
    list: [thisMachine(config, handlers), ...remote.map(toBuilder)],
    lines: new Map(remote.map(offers => [offers[0].id, offers.map(({ line }) => line)])),
  };
}

type BuilderOffers = readonly [RemoteOffer, ...RemoteOffer[]];

/** Groups the lines by address, in order of first occurrence. Duplicate lines are dropped. */
function byAddress(offers: readonly RemoteOffer[]): BuilderOffers[] {
  const found = new Map<BuilderId, [RemoteOffer, ...RemoteOffer[]]>();
  for (const offer of offers) {
    const known = found.get(offer.id);
    if (known === undefined) found.set(offer.id, [offer]);
    else if (!known.some(({ line }) => line === offer.line)) known.push(offer);
  }
  return [...found.values()];
}

function toBuilder(offers: BuilderOffers): Builder {
  const [{ id, name }] = offers;
  return { id, name, kind: "remote", offers: offers.map(({ offer }) => offer) };
}
