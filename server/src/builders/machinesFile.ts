import type { MachineLineRules } from "../nix/config.ts";
import type { BuilderOffer } from "../protocol.ts";

/** A line of Nix's `builders` setting or of a machines file, and its origin. */
export interface MachineLine {
  readonly text: string;
  readonly origin: BuilderOffer["origin"];
}

/** Reads a file that a `builders` setting names; undefined when it cannot be read. */
export type FileReader = (file: string) => Promise<string | undefined>;

/** Lix also accepts machines as TOML, which is not supported: it must not be taken for lines that are wrong. */
const toml = /^[ \t]*\[machines\b|^[ \t]*version[ \t]*=[ \t]*\d/m;

/** Maximum nesting of included files; deeper nesting is treated as a cycle. */
const maxIncludes = 5;

/**
 * The machines of the `builders` setting (Nix manual, nix.conf, `builders`): one per line or separated by `;`, `@FILE` includes a
 * file, `#` starts a comment. A file that cannot be read has no machines, as in Nix.
 *
 * @param source where the setting itself comes from.
 */
export async function machineLines(
  setting: string,
  readFile: FileReader,
  { isOld }: Pick<MachineLineRules, "isOld"> = { isOld: false },
  source: BuilderOffer["origin"]["source"] = "nix.conf",
): Promise<MachineLine[]> {
  const entriesOf = isOld ? oldEntries : entries;
  const collect = async (text: string, origin: BuilderOffer["origin"], depth: number): Promise<MachineLine[]> => {
    if (toml.test(text)) return [];
    const found: MachineLine[] = [];
    for (const { entry, line } of entriesOf(text)) {
      if (entry.startsWith("@")) {
        const file = entry.slice(1).trim();
        const content = depth < maxIncludes ? await readFile(file) : undefined;
        if (content !== undefined)
          found.push(...(await collect(content, { source: "machines file", file }, depth + 1)));
      } else found.push({ text: entry, origin: origin.file === undefined ? origin : { ...origin, line } });
    }
    return found;
  };
  return collect(setting, { source }, 0);
}

/** A part of a setting that is a machine or names a file, and the number of its line, from 1. */
interface Entry {
  readonly entry: string;
  readonly line: number;
}

function entries(text: string): Entry[] {
  return text.split("\n").flatMap((whole, index) =>
    (whole.split("#")[0] ?? "")
      .split(";")
      .map(part => part.trim())
      .filter(part => part !== "")
      .map(entry => ({ entry, line: index + 1 })),
  );
}

function oldEntries(text: string): Entry[] {
  return text.split("\n").flatMap((whole, index) =>
    whole
      .split(";")
      .map(part => part.split("#")[0] ?? "")
      .filter(part => part !== "")
      .map(entry => ({ entry, line: index + 1 })),
  );
}
