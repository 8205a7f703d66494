import { causeIn } from "../../../nix/events/cause.ts";
import type { StreamError } from "../../stream/eventState.ts";

/** How the build of a derivation ended, according to Nix. */
export type Ending =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: number; readonly name: string }
  | { readonly kind: "no-output"; readonly output: string }
  /** Any other error of Nix about it, possibly with several lines. Empty if there is none. */
  | { readonly kind: "said"; readonly text: string }
  /** The connection to the builder does not show how the build ended. */
  | { readonly kind: "unknown" };

/** Precedes a message from the Nix of a remote builder. */
const frame = /^build of '[^']+' on '([^']*)' failed: /;

/** The address of the builder whose Nix a message comes from; undefined if it is from this machine's. */
export function addressIn(text: string): string | undefined {
  return frame.exec(text)?.[1];
}

/** The message of Nix, without the frame that our Nix adds when it passes on a message of a builder's Nix. */
export function innerMessage(text: string): string {
  const found = frame.exec(text);
  return found === null ? text : causeIn(text.slice(found[0].length));
}

const builderFailed = /^(?:builder for '[^']+'|Cannot build '[^']+'\.\s*Reason: builder) failed /;
const exitCode = /^with exit code (\d{1,9})\b/;
const bySignal = /^due to signal (\d{1,9})(?: \(([^)\n]*)\))?/;
const withoutOutput = /^to produce output path for output '([^']*)'/;

/** @param errors those about the derivation. @param builder undefined: this machine. */
export function endingIn(errors: readonly StreamError[], builder: string | undefined): Ending {
  const framed = errors.find(({ text }) => frame.test(text));
  if (framed !== undefined) return endingOf(innerMessage(framed.text));
  const said = endingOf(errors.find(({ isWarning }) => !isWarning)?.text ?? "");
  // The program that talks to the builder exits with 1 regardless of what happened there.
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

/** Whether the derivation's own build process ended like this, so that neither Nix, a connection nor a cache is the cause. */
export function isFromBuilder({ kind }: Ending): boolean {
  return kind === "exit" || kind === "signal";
}
