import { open, readFile, rename } from "node:fs/promises";
import path from "node:path";

/** The files of a build's record, by who writes them. `events` and `clock` grow; every other one is replaced whole. */
export const recordFiles = {
  /** Whoever starts the build. */
  request: "request.json",
  /** The server that evaluates. */
  evaluation: "evaluation.json",
  /** The server that evaluates: what of the plan waits for what. */
  graph: "graph.json",
  /** The supervisor. */
  process: "process.json",
  /** Nix: the event stream. */
  events: "events",
  /** The supervisor: `<epoch ms> <size of events>` lines. */
  clock: "clock",
  /** Any server: the event stream of a build that has ended, compressed (`archive.ts`). */
  archive: "events.gz",
  /** The supervisor. */
  result: "result.json",
  /** Anyone: its existence asks to stop. */
  cancel: "cancel",
  /** Anyone: its existence keeps the record when others are pruned. */
  keep: "keep",
  /** Nix: GC roots. */
  drv: "drv",
  output: "result",
  /** Any server: a folder with GC roots of what was built of a build that has not come to its end. */
  built: "built",
  /** Any server: caches. */
  summary: "summary.json",
  signatures: "signatures.json",
} as const;

/** Writes a file whole: a reader sees the old one or the new one, also after a crash. */
export async function writeWhole(file: string, value: unknown): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = await open(temporary, "w", 0o600);
  try {
    await handle.writeFile(`${JSON.stringify(value)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, file);
}

/** Reads a file that was written whole; undefined when it is absent, cannot be read or does not hold what it should. */
export async function readWhole<T>(
  folder: string,
  name: string,
  is: (value: unknown) => value is T,
): Promise<T | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path.join(folder, name), "utf8"));
    return is(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
