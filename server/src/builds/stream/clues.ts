import { withoutQuoted } from "./errorText.ts";

/** What a line of a derivation's log may tell of a cause that is not the derivation's own. */
export type Clue = "disk" | "memory" | "format" | "emulator" | "gone" | "unreachable" | "privilege" | "start";

/**
 * How programs report such a cause. Each is only what something has printed: what is made of it is a guess, and is checked against
 * what was measured.
 */
const clues: Readonly<Record<Clue, RegExp>> = {
  disk: /No space left on device|Disk quota exceeded|database or disk is full/i,
  memory:
    /Killed signal terminated program|: Killed \(program |memory exhausted|Cannot allocate memory|out of memory|OutOfMemoryError|instance of 'std::bad_alloc'|^MemoryError\b|\(signal: 9, SIGKILL/i,
  format: /Exec format error|cannot execute binary file/i,
  emulator:
    /^qemu(?:-\w+)?: (?:uncaught target signal \d+|fatal: |unhandled CPU exception)|^\W*ERROR:\S*(?:qemu|accel\/tcg)\S*: ?assertion failed/i,
  gone: /^curl: \(\d+\) The requested URL returned error: (?:403|404|410)\b|unable to download '[^']*': HTTP error (?:403|404|410)\b|^fatal: repository '[^']*' not found|\bERROR 404: Not Found/i,
  unreachable:
    /^curl: \((?:5|6|7|28|35)\) |unable to download '[^']*': (?:Couldn't|Could not|Timeout|Connection|Failed)|^fatal: unable to access '[^']*'/i,
  privilege: /^(?:error: )?you are not privileged to build (?:input-addressed )?derivations$/i,
  start:
    /^(?:error: )?(?:while setting up the build environment: )?(?:executing '[^']*': |unable to load seccomp BPF program)/i,
};

/** One look at a line that tells nothing, as nearly all do. */
const any = new RegExp(
  Object.values(clues)
    .map(({ source }) => source)
    .join("|"),
  "i",
);

/** Lines that name such a cause and report none: results and names of tests, checks of a configure script, warnings, source text. */
const harmless = [
  // The result at the end.
  /(?:\.\.|…|:|\s)\s*\[?(?:ok|pass(?:ed)?|success(?:ful)?|skip(?:ped)?|xfail(?:ed)?|yes|no)\]?\s*(?:\([^)]*\))?$/i,
  /\bFAILED$|\((?:skipped|expected|ignored)\)$/,
  // The result or what is done at the beginning.
  /^\W*(?:PASS|FAIL|XPASS|XFAIL|SKIP|RUN|OK|PASSED|FAILED)\b/,
  /^\W*(?:(?:not )?ok \d|=== run\b|(?:tests?|testing|checking|looking for|configure: checking)\s)/i,
  /^\s*[✓✔✗✘√×]/,
  /\bexpect(?:s|ed)?\b|\bshould\b|\bwarning: /i,
  // What a compiler or a shell (`set -x`) shows.
  /^\s*\d* \| |^\++ /,
];

/** Whether a line is worth keeping beyond the last ones of a log. */
export function isClue(line: string): boolean {
  return any.test(line) && !harmless.some(pattern => pattern.test(line));
}

/** Whether a line that is a clue tells of this cause. What stands between quotes may be a file's name. */
export function tells(line: string, clue: Clue): boolean {
  if (!isClue(line)) return false;
  const isNamed = clue === "disk" || (clue === "memory" && !line.includes("'std::bad_alloc'"));
  return clues[clue].test(isNamed ? withoutQuoted(line) : line);
}
