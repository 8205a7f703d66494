import { type FileHandle, open } from "node:fs/promises";
import { building, built, copying, drv, id, logLine, phase, progress, stop, storePath, totals } from "./streams.ts";

// Streams like those of long builds, of any length: written to a file, as they may be larger than memory.

/** A process number that makes ids larger than JavaScript's numbers hold. */
const pid = 3_276_800;

/** Lines that are gathered before they are written. */
const batch = 5000;

/** A million lines, 98 % of them progress: 2,000 derivations are built and 1,000 paths copied, several in parallel. */
export function progressStream(file: string): Promise<void> {
  return write(file, progressLines(1_000_000, 0.98));
}

/** One derivation that prints 200,000 lines of 80 bytes. */
export function logStream(file: string): Promise<void> {
  return write(file, logLines(200_000));
}

function* progressLines(count: number, share: number): Generator<string> {
  const counter = { next: 10 };
  const total = id(1, pid);
  yield totals(total);
  const copies = 1000;
  const derivations = 2000;
  const ticksEach = Math.floor((count * share) / (copies + derivations));
  for (let step = 0; step < derivations; step++) {
    const build = id(counter.next++, pid);
    const name = `package-${step}`;
    yield building(build, drv(name));
    for (const each of ["unpackPhase", "buildPhase", "installPhase"]) yield phase(build, each);
    yield logLine(build, `building ${name}`);
    const copy = id(counter.next++, pid);
    const isCopied = step % 2 === 0;
    if (isCopied) yield copying(copy, storePath(name), "https://cache.example.org", "local");
    for (let tick = 0; tick < ticksEach * 1.5; tick++)
      yield isCopied && tick % 3 > 0 ? progress(copy, tick * 65_536, 900_000_000) : built(total, step, derivations, 2);
    if (isCopied) yield stop(copy);
    yield built(total, step + 1, derivations, 1);
    yield stop(build);
  }
  yield stop(total);
}

function* logLines(count: number): Generator<string> {
  const [total, build] = [id(1, pid), id(2, pid)];
  yield totals(total);
  yield building(build, drv("linux"));
  for (let line = 0; line < count; line++) {
    const text = `[${line}/${count}] Building CXX object lib/Target/X86/CMakeFiles/LLVMX86.dir/`;
    yield logLine(build, text.padEnd(80, "x"));
  }
  yield built(total, 1, 1);
  yield stop(build);
  yield stop(total);
}

async function write(file: string, lines: Iterable<string>): Promise<void> {
  const handle = await open(file, "w");
  try {
    await writeAll(handle, lines);
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, lines: Iterable<string>): Promise<void> {
  let waiting: string[] = [];
  for (const line of lines) {
    waiting.push(line);
    if (waiting.length < batch) continue;
    await handle.write(`${waiting.join("\n")}\n`);
    waiting = [];
  }
  if (waiting.length > 0) await handle.write(`${waiting.join("\n")}\n`);
}
