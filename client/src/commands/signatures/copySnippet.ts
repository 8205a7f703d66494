import type { Command } from "../../context.ts";
import { copyText } from "../../operations/fixes.ts";
import { isSnippet } from "../../targets.ts";

/** Copies an option or a command that a fix names, and says what to do with it. */
export function copySnippet(): Command {
  return argument => (isSnippet(argument) ? copyText(argument.text, argument.next) : undefined);
}
