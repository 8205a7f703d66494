import assert from "node:assert/strict";
import type { Position, Range } from "vscode-languageserver-types";
import { networkChecks } from "../../server/src/features/checks/checks.ts";
import { networkDiagnostics, syntaxDiagnostics } from "../../server/src/features/checks/diagnostics.ts";
import { codeActions } from "../../server/src/features/codeActions.ts";
import { codeLenses } from "../../server/src/features/codeLens.ts";
import { completion, pathAt } from "../../server/src/features/completion.ts";
import { definition } from "../../server/src/features/definition.ts";
import { documentLinks } from "../../server/src/features/documentLinks.ts";
import { documentSymbols } from "../../server/src/features/documentSymbols.ts";
import { foldingRanges } from "../../server/src/features/folding.ts";
import { hover } from "../../server/src/features/hover.ts";
import { inlayHints } from "../../server/src/features/inlayHints.ts";
import { references } from "../../server/src/features/names/references.ts";
import { rename } from "../../server/src/features/rename/rename.ts";
import { workspaceSymbols } from "../../server/src/features/workspaceSymbols.ts";
import type { Network } from "../../server/src/protocol.ts";
import type { NixDocument } from "../../server/src/syntax/document.ts";
import { runToEnd } from "../../server/src/util/steps.ts";
import { context } from "./features.ts";

const resolve = (literal: string) => `file:///net/${encodeURIComponent(literal)}`;

/** Sends every request that an editor makes for a whole document. All returned ranges must be within the text. */
export function askOfDocument(document: NixDocument, network: Network): void {
  const whole = document.rangeAt(0, document.text.length);
  const diagnostics = [
    ...networkDiagnostics(network),
    ...syntaxDiagnostics(document),
    ...runToEnd(networkChecks(document, network, () => true)),
  ];
  const ranges = [
    ...diagnostics.map(({ range }) => range),
    ...documentSymbols(network).flatMap(({ range, selectionRange }) => [range, selectionRange]),
    ...documentLinks(document, resolve).map(({ range }) => range),
    ...codeLenses(network).map(({ range }) => range),
    ...inlayHints(network, whole).map(({ position }) => ({ start: position, end: position })),
  ];
  for (const range of ranges) assertWithin(document, range);
  for (const { startLine, endLine } of foldingRanges(document))
    assert.ok(0 <= startLine && startLine < endLine && endLine < document.lineCount);
  workspaceSymbols([network], "a");
}

/** Sends the requests that an editor makes at a position whose answers do not depend on the surrounding text. */
export function askNear(document: NixDocument, network: Network, offset: number): void {
  const position = positionAt(document, offset);
  const files = { kind: () => undefined, absolute: () => undefined, resolve };
  const found = hover({ ...context([]), network }, position, { document, files })?.range;
  const path = pathAt(document, position);
  if (path !== undefined) assertWithin(document, path.range);
  if (found !== undefined) assertWithin(document, found);
  for (const { textEdit } of completion(document, network, position))
    if (textEdit !== undefined && "range" in textEdit) assertWithin(document, textEdit.range);
}

/** The other requests at a position, which depend on the surrounding text. */
export function askAround(document: NixDocument, network: Network, offset: number): void {
  const position = positionAt(document, offset);
  const renamed = rename(document, network, position, "some name");
  const changes = "refused" in renamed ? [] : (renamed.changes?.[document.uri] ?? []);
  const locations = [...definition(document, network, position, resolve), ...references(document, network, position)];
  const actions = codeActions(document, network, { start: position, end: position });
  const edits = [...changes, ...actions.flatMap(({ edit }) => edit?.changes?.[document.uri] ?? [])];
  for (const { uri, range } of locations) if (uri === document.uri) assertWithin(document, range);
  for (const { range } of edits) assertWithin(document, range);
}

function positionAt(document: NixDocument, offset: number): Position {
  return document.rangeAt(offset, offset).start;
}

function assertWithin(document: NixDocument, { start, end }: Range): void {
  const [from, to] = [document.offsetAt(start), document.offsetAt(end)];
  assert.ok(from <= to);
  // A place that the text does not have would be moved to one that it has. An end may be behind its line: editors cut it.
  assert.deepEqual(document.rangeAt(from, to).start, start);
  assert.ok(end.line < document.lineCount);
}
