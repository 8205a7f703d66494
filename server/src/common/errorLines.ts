/** Patterns of error messages. */
const signs: readonly RegExp[] = [
  // `main.c:3:5: error: ...`, `error[E0425]: ...`, `fatal: ...`, `Fatal error: ...`
  /(?<![\w./+=:-])(?:error(?:\[\w+\]| [A-Z]+\d+)?|fatal(?: error)?)\s?:(?!:)/i,
  /\[(?:ERROR|FATAL)\]/i,
  // `ValueError: ...`, `java.lang.AssertionError: ...`
  /(?<![\w/-])(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception):\s/,
  // `make: *** [Makefile:3: all] Error 2`, `Error in library(x) ...`; not phrases such as "error handling".
  /(?<![\w./+=:-])Error(?![\w./-]|\s+(?:codes?|correction|handl\w+|logg\w+|messages?|pages?|recovery|report\w*)\b)/,
  /(?<![\w./+=-])FAILED(?![\w./=-]|:?\s*0\b)/,
  /undefined reference/,
  /No such file or directory/,
  /\bcannot find\b/i,
  /\bExec format error\b/,
  /\bSegmentation fault\b/,
  /\bpanicked at\b/,
];

/** A line that matches one of these is not an error. */
const denials: readonly RegExp[] = [
  /\b(?:no|0|without)\s+(?:\w+\s+)?(?:errors?|failed|failures?)\b/i,
  /\b(?:errors?|failed|failures)\s*[:=]\s*(?:0|no|none|false)\s*(?:[,;.)]|$)/i,
  /\berror\b.*\(ignored\)/i,
  // A command that is echoed before it runs, and a compiler's progress message.
  /^(?:[A-Za-z0-9+._?=-]+> )?(?:\+|\[\s*\d+ of \s*\d+\] Compiling) /,
  /^(?:[A-Za-z0-9+._?=-]+> )?checking (?:for|if|whether) /,
];

/** A cheap filter that excludes most lines. */
const hint = /error|exception|failed|fatal|undefined ref|no such|cannot find|segmentation|panicked/i;

/** Whether a line of a log looks like an error. */
export function isError(line: string): boolean {
  if (!hint.test(line)) return false;
  return signs.some(sign => sign.test(line)) && !denials.some(denial => denial.test(line));
}

/** The first line that looks like an error, counted from 0. */
export function firstErrorIn(lines: readonly string[]): number | undefined {
  const index = lines.findIndex(isError);
  return index === -1 ? undefined : index;
}

/** Steps that only say that something was called or evaluated, not what. */
const meaningless = /^(?:from call site|while (?:evaluating|calling) (?:an )?anonymous (?:lambda|function))/;

/** Whether a step of Nix's trace says more than its place. */
export function isTelling({ text }: { readonly text: string }): boolean {
  return !meaningless.test(text);
}
