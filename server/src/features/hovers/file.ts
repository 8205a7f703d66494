import path from "node:path";
import * as l10n from "@vscode/l10n";
import { escapeMarkdown, inlineCode } from "../../common/markdown.ts";
import type { KnownFiles } from "../names/context.ts";

/** What a path in a document refers to, as Markdown. That a file is missing is reported at its path; the hover says where it would be. */
export function fileText(literal: string, { kind, resolve, absolute }: KnownFiles): string {
  const [found, target] = [kind(literal), resolve(literal)];
  if (found === "missing") return l10n.t("There is no file or folder {0}.", inlineCode(absolute(literal) ?? literal));
  if (found === "folder" && target === undefined)
    return l10n.t("Folder {0} has no {1}.", inlineCode(literal), inlineCode("default.nix"));
  if (target === undefined) return inlineCode(literal);
  const link = `[${escapeMarkdown(nameOf(literal, target))}](${target})`;
  return found === undefined ? link : l10n.t("{0} exists.", link);
}

/** The path as it is written, and the `default.nix` that it leaves out. */
function nameOf(literal: string, target: string): string {
  const file = decodeURIComponent(path.posix.basename(target));
  return path.posix.basename(literal) === file ? literal : path.posix.join(literal, file);
}
