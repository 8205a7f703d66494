import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../../syntax/document.ts";
import { staticString, withoutParentheses } from "../../syntax/nodes.ts";
import type { Remark } from "./codes.ts";
import type { Module } from "./modules.ts";

const readers = /^(?:builtins\.)?readFile$|^(?:lib\.)?(?:strings\.)?fileContents$/;

const writtenSource = /\bsource\s*=\s*"([^"\\$\n]{1,1000})"/g;

/** The most files of secrets that are looked at. */
const maxSources = 1000;

/** The files of secrets that a text seems to name as strings: so that it is known whether they exist before a hover asks. */
export function writtenSources(text: string): string[] {
  if (!text.includes("secrets")) return [];
  return [...text.matchAll(writtenSource)].slice(0, maxSources).flatMap(([, source]) => source ?? []);
}

/** The files of a module's secrets. */
export function secretSources({ definitions }: Module): string[] {
  return definitions.flatMap(sourceOf);
}

/**
 * Secret files that the configuration reads: their content ends up in the store, where every user can read it.
 *
 * @param sources the files of all secrets.
 */
export function secretRemarks(document: NixDocument, sources: ReadonlySet<string>): Remark[] {
  if (!/readFile|fileContents/.test(document.text)) return [];
  return document.root
    .descendantsOfType("apply_expression")
    .filter(call => readers.test(call.childForFieldName("function")?.text ?? ""))
    .flatMap(call => {
      const argument = call.childForFieldName("argument");
      if (argument === null || !isSecret(withoutParentheses(argument), sources)) return [];
      const message = l10n.t(
        "This reads a secret into the configuration: its content ends up in the Nix store, which every user of the machine can read, and in binary caches. Pass the path of the secret's `destination` to the service instead.",
      );
      return [{ code: "secret-in-store", range: document.rangeOf(call), message }];
    });
}

function sourceOf({ path: option, value }: Module["definitions"][number]): string[] {
  const isSource = option.length === 4 && option[1] === "secrets" && option[3] === "source";
  const file = isSource ? fileOf(withoutParentheses(value)) : undefined;
  return file === undefined ? [] : [file];
}

function isSecret(argument: Node, sources: ReadonlySet<string>): boolean {
  const file = fileOf(argument);
  if (file !== undefined) return sources.has(file);
  return argument.type === "select_expression" && /\bdeployment\.secrets\..*\.source$/.test(argument.text);
}

/** Both are relative to the folder of the network file. */
function fileOf(node: Node): string | undefined {
  const text = node.type === "path_expression" ? node.text : staticString(node);
  return text === undefined ? undefined : path.posix.normalize(text);
}
