import * as vscode from "vscode";
import type { SignatureSummary } from "../../../../server/src/protocol.ts";
import { cacheIcon, pathIcon, signatureIcons } from "../../builds/icons.ts";
import { signaturesLabel, verdict, verdictOf } from "../../builds/signatures.ts";
import { signatureStatusText } from "../../builds/stateText.ts";
import { itemWords } from "../../manifest.ts";
import { escapeMarkdown, factsMarkdown, inlineCode } from "../../text/markdown.ts";
import { storePathName } from "../../text/storeNames.ts";
import type { CacheNode, PathNode, SignatureGroupNode, SignaturesNode } from "./buildNodes.ts";

const { Collapsed, None } = vscode.TreeItemCollapsibleState;

/** The row that says how much of the closure is signed. It opens when not all of it is. */
export function signaturesItem({ key }: SignaturesNode, summary: SignatureSummary): vscode.TreeItem {
  const label = signaturesLabel(summary, vscode.l10n);
  const description = summary.total === 0 ? "" : vscode.l10n.t("by a trusted key");
  return {
    id: key,
    label,
    description,
    iconPath: signatureIcons[verdict(summary)],
    collapsibleState: summary.total === 0 || summary.trusted < summary.total ? Collapsed : None,
    contextValue: "signatures",
    accessibilityInformation: { label: `${label} ${description}` },
  };
}

/** The row of the paths that have one status. */
export function signatureGroupItem({ key, group }: SignatureGroupNode): vscode.TreeItem {
  const label = signatureStatusText(group.status, vscode.l10n);
  const description = String(group.paths.length);
  return {
    id: key,
    label,
    description,
    iconPath: signatureIcons[verdictOf(group.status)],
    collapsibleState: Collapsed,
    contextValue: "signatureGroup",
    accessibilityInformation: { label: `${label}, ${description}` },
  };
}

/** The row of a store path. */
export function pathItem({ key, path: signature }: PathNode): vscode.TreeItem {
  const { path, key: signer, cache, status } = signature;
  const label = storePathName(path);
  const tooltip = factsMarkdown(inlineCode(path), [
    [vscode.l10n.t("Signature"), escapeMarkdown(signatureStatusText(status, vscode.l10n))],
    [vscode.l10n.t("Key"), signer === undefined ? undefined : inlineCode(signer)],
    [vscode.l10n.t("Cache"), cache === undefined ? undefined : inlineCode(cache)],
  ]);
  return {
    id: key,
    label,
    description: signer ?? "",
    tooltip: new vscode.MarkdownString(tooltip),
    iconPath: pathIcon,
    collapsibleState: None,
    contextValue: `path ${itemWords.storePath}`,
    accessibilityInformation: { label },
  };
}

/** The row of a cache that did not answer. */
export function cacheItem({ key, cache }: CacheNode): vscode.TreeItem {
  const label = cache.url === "" ? (cache.problem?.message ?? "") : vscode.l10n.t("{0} did not answer", cache.url);
  return {
    id: key,
    label,
    description: cache.url === "" ? "" : (cache.problem?.message ?? ""),
    tooltip: cache.problem?.detail ?? label,
    iconPath: cacheIcon,
    collapsibleState: None,
    contextValue: "cache",
    accessibilityInformation: { label },
  };
}
