import * as l10n from "@vscode/l10n";
import type { Node } from "web-tree-sitter";
import { inlineCode } from "../../common/markdown.ts";
import { attributesAt, staticString, withoutParentheses } from "../../syntax/nodes.ts";
import type { KnownFiles } from "../names/context.ts";

/** The values of a secret that its text determines; undefined: not set, or computed. */
export interface Secret {
  readonly name: string;
  readonly source?: string | undefined;
  readonly destination?: string | undefined;
  readonly user?: string | undefined;
  readonly group?: string | undefined;
  readonly permissions?: string | undefined;
  readonly uploadAt?: string | undefined;
}

/** Reads a secret from its set. The text of a file is never read. */
export function secretOf(name: string, set: Node): Secret {
  const value = (...path: string[]) => {
    const found = attributesAt(set, path).at(-1)?.value;
    if (found === undefined) return undefined;
    const inner = withoutParentheses(found);
    return inner.type === "path_expression" ? inner.text : staticString(inner);
  };
  return {
    name,
    source: value("source"),
    destination: value("destination"),
    user: value("owner", "user"),
    group: value("owner", "group"),
    permissions: value("permissions"),
    uploadAt: value("uploadAt"),
  };
}

/** What Morph does with a secret, and whether its file exists. As Markdown. */
export function secretText({ name, source, destination, uploadAt, ...file }: Secret, { kind }: KnownFiles): string {
  const { user = "root", group = "root", permissions = "0400" } = file;
  const found = source === undefined ? undefined : kind(source);
  return [
    l10n.t("Secret {0}", inlineCode(name)),
    ...(source === undefined || destination === undefined
      ? [l10n.t("Morph copies a local file to the host over SSH. It never enters the Nix store.")]
      : [
          l10n.t(
            "Morph copies {0} to {1} on the host over SSH. It never enters the Nix store.",
            inlineCode(source),
            inlineCode(destination),
          ),
        ]),
    ...(source === undefined || found === undefined ? [] : [presenceText(source, found)]),
    l10n.t("On the host: owner {0}, mode {1}.", inlineCode(`${user}:${group}`), inlineCode(permissions)),
    ...(uploadAt === undefined ? [] : [uploadText(uploadAt)]),
  ].join("\n\n");
}

function presenceText(source: string, found: "file" | "folder" | "missing"): string {
  switch (found) {
    case "file":
      return l10n.t("The local file exists.");
    case "folder":
      return l10n.t("⚠ {0} is a folder.", inlineCode(source));
    case "missing":
      return l10n.t("⚠ The local file does not exist.");
  }
}

function uploadText(uploadAt: string): string {
  return uploadAt === "post-activation"
    ? l10n.t("It is copied after the new configuration is activated.")
    : l10n.t("It is copied before the new configuration is activated.");
}
