import { storeAddress, storeName } from "../common/storeName.ts";
import type { BuilderId, BuilderOffer } from "../protocol.ts";

/** A line of Nix's `builders` setting or of a machines file, and its origin. */
export interface MachineLine {
  readonly text: string;
  readonly origin: BuilderOffer["origin"];
}

/** What a line offers, and the builder it belongs to. */
export interface RemoteOffer {
  readonly id: BuilderId;
  /** The display name of the builder. */
  readonly name: string;
  readonly offer: BuilderOffer;
  /** The line itself, which makes Nix use the builder. */
  readonly line: string;
}

/** Reads a file that a `builders` setting names; undefined when it cannot be read. */
export type FileReader = (file: string) => Promise<string | undefined>;

/** Maximum nesting of included files; deeper nesting is treated as a cycle. */
const maxIncludes = 5;

/**
 * The machines of the `builders` setting (Nix manual, nix.conf, `builders`): one per line or separated by `;`, `@FILE` includes a
 * file, `#` starts a comment. A file that cannot be read has no machines, as in Nix.
 */
export async function machineLines(setting: string, readFile: FileReader): Promise<MachineLine[]> {
  return collect(setting, { source: "nix.conf" }, readFile, 0);
}

async function collect(
  text: string,
  origin: BuilderOffer["origin"],
  readFile: FileReader,
  depth: number,
): Promise<MachineLine[]> {
  const found: MachineLine[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    for (const entry of (line.split("#")[0] ?? "").split(";").map(part => part.trim())) {
      if (entry.startsWith("@")) {
        const file = entry.slice(1).trim();
        const content = depth < maxIncludes ? await readFile(file) : undefined;
        if (content !== undefined)
          found.push(...(await collect(content, { source: "machines file", file }, readFile, depth + 1)));
      } else if (entry !== "")
        found.push({ text: entry, origin: origin.file === undefined ? origin : { ...origin, line: index + 1 } });
    }
  }
  return found;
}

/** Parses a machine: `uri systems key maxJobs speedFactor features mandatoryFeatures hostKey`; `-`: the default. */
export function parseMachineLine({ text, origin }: MachineLine, localSystem: string): RemoteOffer | undefined {
  const fields = text.split(/\s+/);
  const uri = fields[0];
  if (uri === undefined || uri === "") return undefined;
  const field = (index: number) => (fields[index] === undefined || fields[index] === "-" ? undefined : fields[index]);
  const list = (index: number) => field(index)?.split(",").filter(Boolean) ?? [];
  const count = (index: number) => {
    const value = Number(field(index) ?? 1);
    return Number.isFinite(value) ? value : 1;
  };
  const id = storeAddress(uri);
  const systems = field(1) === undefined ? [localSystem] : list(1);
  const mandatoryFeatures = list(6);
  const offer: BuilderOffer = {
    systems: systems.map(system => ({ system, mode: "unknown", known: "claimed" })),
    maxJobs: count(3),
    speedFactor: count(4),
    supportedFeatures: [...list(5), ...mandatoryFeatures],
    mandatoryFeatures,
    origin,
    active: true,
  };
  return { id, name: storeName(id), offer, line: text };
}
