import { type Log, silentLog } from "../logging/log.ts";
import type { NixConfig } from "../nix/config.ts";
import type { Builder, BuilderId } from "../protocol.ts";
import { readRegular } from "../storage/regularFile.ts";
import { binfmtHandlers } from "./binfmt.ts";
import { machineLines, parseMachineLine, type RemoteOffer } from "./machinesFile.ts";
import { thisMachine } from "./thisMachine.ts";

/** A larger file names no builders (bytes). */
const maxBytes = 1024 * 1024;

/** Every builder that this machine's Nix knows. */
export interface KnownBuilders {
  readonly list: readonly Builder[];
  /** Remote builders: the machine lines that make Nix use it, one for each of its offers. */
  readonly lines: ReadonlyMap<BuilderId, readonly string[]>;
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
  const remote = byAddress(lines.flatMap(line => parseMachineLine(line, config.system) ?? []));
  return {
    list: [thisMachine(config, handlers), ...remote.map(toBuilder)],
    lines: new Map(remote.map(offers => [offers[0].id, offers.map(({ line }) => line)])),
  };
}

type OffersOfOne = readonly [RemoteOffer, ...RemoteOffer[]];

/** The lines of each address, in the order of the first. One that stands there twice says nothing new. */
function byAddress(offers: readonly RemoteOffer[]): OffersOfOne[] {
  const found = new Map<BuilderId, [RemoteOffer, ...RemoteOffer[]]>();
  for (const offer of offers) {
    const others = found.get(offer.id);
    if (others === undefined) found.set(offer.id, [offer]);
    else if (!others.some(({ line }) => line === offer.line)) others.push(offer);
  }
  return [...found.values()];
}

function toBuilder(offers: OffersOfOne): Builder {
  const [{ id, name }] = offers;
  return { id, name, kind: "remote", offers: offers.map(({ offer }) => offer) };
}
