import { withoutQuoted } from "./errorText.ts";

/** An external cause that a line of a derivation's log may indicate. */
export type Clue = "disk" | "memory" | "format" | "emulator" | "gone" | "unreachable" | "privilege" | "start";

/**
 * How programs report such a cause. A match is only printed text: the conclusion is a guess, which is checked against measurements.
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

/** All patterns in one, because nearly all lines match none. */
const any = new RegExp(
  Object.values(clues)
    .map(({ source }) => source)
    .join("|"),
  "i",
);

/** Lines that mention a cause without reporting it: test results and names, checks of a configure script, warnings, source text. */
const harmless = [
  // The result at the end.
  /(?:\.\.|…|:|\s)\s*\[?(?:ok|pass(?:ed)?|success(?:ful)?|skip(?:ped)?|xfail(?:ed)?|yes|no)\]?\s*(?:\([^)]*\))?$/i,
  /\bFAILED$|\((?:skipped|expected|ignored)\)$/,
  // The result or the action at the start.
  /^\W*(?:PASS|FAIL|XPASS|XFAIL|SKIP|RUN|OK|PASSED|FAILED)\b/,
  /^\W*(?:(?:not )?ok \d|=== run\b|(?:tests?|testing|checking|looking for|configure: checking)\s)/i,
  /^\s*[✓✔✗✘√×]/,
  /\bexpect(?:s|ed)?\b|\bshould\b|\bwarning: /i,
  // Source text shown by a compiler or a shell (`set -x`).
  /^\s*\d* \| |^\++ /,
];

/** Whether a line indicates any cause, and is kept in addition to the last lines of a log. */
export function isClue(line: string): boolean {
  return any.test(line) && !harmless.some(pattern => pattern.test(line));
}

/** Whether a line indicates this cause. Text between quotes is ignored where it may be a file name. */
export function indicates(line: string, clue: Clue): boolean {
  if (!isClue(line)) return false;
  const isNamed = clue === "disk" || (clue === "memory" && !line.includes("'std::bad_alloc'"));
  return clues[clue].test(isNamed ? withoutQuoted(line) : line);
}
