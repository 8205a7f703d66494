import { causeIn } from "../../stream/errorText.ts";
import type { StreamError } from "../../stream/eventState.ts";

/** How the build of a derivation ended, in Nix's words. */
export type Ending =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: number; readonly name: string }
  | { readonly kind: "no-output"; readonly output: string }
  /** Anything else that Nix says of it: a sentence, perhaps of several lines. Empty: nothing. */
  | { readonly kind: "said"; readonly text: string }
  /** The connection to the builder says nothing of how its builder ended. */
  | { readonly kind: "unknown" };

/** Before what the Nix of a builder says. */
const frame = /^build of '[^']+' on '[^']*' failed: /;

/** What Nix says, also when it is another Nix's word that ours passes on. */
export function innerWords(text: string): string {
  const found = frame.exec(text);
  return found === null ? text : causeIn(text.slice(found[0].length));
}

const builderFailed = /^(?:builder for '[^']+'|Cannot build '[^']+'\.\s*Reason: builder) failed /;
const exitCode = /^with exit code (\d{1,9})\b/;
const bySignal = /^due to signal (\d{1,9})(?: \(([^)\n]*)\))?/;
const withoutOutput = /^to produce output path for output '([^']*)'/;

/** @param errors what is said of the derivation. @param builder undefined: this machine. */
export function endingIn(errors: readonly StreamError[], builder: string | undefined): Ending {
  const framed = errors.find(({ text }) => frame.test(text));
  if (framed !== undefined) return endingOf(innerWords(framed.text));
  const said = endingOf(errors.find(({ isWarning }) => !isWarning)?.text ?? "");
  // The program that talks to the builder ends so, whatever happened there.
  return builder !== undefined && said.kind === "exit" && said.code === 1 ? { kind: "unknown" } : said;
}

function endingOf(text: string): Ending {
  const failed = builderFailed.exec(text);
  if (failed === null) return { kind: "said", text };
  const how = text.slice(failed[0].length);
  const code = exitCode.exec(how)?.[1];
  if (code !== undefined) return { kind: "exit", code: Number(code) };
  const [, signal, name = ""] = bySignal.exec(how) ?? [];
  if (signal !== undefined) return { kind: "signal", signal: Number(signal), name };
  const output = withoutOutput.exec(how)?.[1];
  return output === undefined ? { kind: "said", text } : { kind: "no-output", output };
}

/** Whether it was the derivation's own builder that ended so: then nothing of Nix, of a connection or of a cache has ended it. */
export function isFromBuilder({ kind }: Ending): boolean {
  return kind === "exit" || kind === "signal";
}
