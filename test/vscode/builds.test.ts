import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds, signaturesScheme, viewIds } from "../../client/src/manifest.ts";
import type { BuildsRow } from "../../client/src/views/builds/rows/kinds.ts";
import type { BuildSummary, SignatureReport } from "../../server/src/protocol.ts";
import { buildEnd, buildEndsAs, buildRow, buildThat, rows, startBuild, textOf } from "./support/builds.ts";
import { activeExtension } from "./support/extension.ts";
import { homeNetwork } from "./support/workspace.ts";

describe("building eiffel", () => {
  let api: InternalApi;
  let id: string;
  const seen: BuildSummary[] = [];

  before(async () => {
    api = await activeExtension();
    await vscode.commands.executeCommand(`${viewIds.builds}.focus`);
    api.builds.onDidChange(() => {
      const summary = id === undefined ? undefined : api.builds.summary(id);
      if (summary !== undefined && summary !== seen.at(-1)) seen.push(summary);
    });
    id = await startBuild(homeNetwork().toString(), "eiffel");
  });

  it("shows the running build in the view and in the status bar", async () => {
    const build = await buildThat(api, id, "a derivation is built", ({ progress }) => progress.running > 0);
    const node = buildRow(api, id);
    assert.match(textOf(api, node), /^eiffel building · \d+ of \d+ · \d+ s/);
    // Compiling a kernel under emulation is a warning, unless an earlier test has built it.
    const isWarned = (build.warnings ?? []).some(({ severity }) => severity === "warning");
    assert.match(api.status.text ?? "", /^\$\(sync~spin\) eiffel \d+\/\d+(?: \$\(warning\))?$/);
    assert.equal((api.status.text ?? "").endsWith("$(warning)"), isWarned);
    const item = api.buildsView.tree.getTreeItem(node);
    assert.match(item.contextValue ?? "", /\bcancel\b/);
    assert.doesNotMatch(item.contextValue ?? "", /\b(again|remove)\b/);
  });

  it("finds the running build when it is started again", async () => {
    assert.equal(await startBuild(homeNetwork().toString(), "eiffel"), id);
  });

  it("lists the derivations, the running ones first", async () => {
    const derivations = await everyDerivation(api, buildRow(api, id));
    assert.ok(derivations.length > 5);
    const texts = derivations.map(node => textOf(api, node));
    const firstPlanned = texts.findIndex(text => / not started$/.test(text));
    const lastBuilt = texts.findLastIndex(text => / built · /.test(text));
    if (firstPlanned !== -1 && lastBuilt !== -1) assert.ok(firstPlanned < lastBuilt);
  });

  it("has pending derivations below one that needs them, with a chain of parents up to the build", async () => {
    const build = buildRow(api, id);
    const all = await everyDerivation(api, build);
    assert.equal(new Set(all.map(({ key }) => key)).size, all.length);
    const system = all.find(node => textOf(api, node).startsWith("nixos-system-"));
    assert.ok(system);
    assert.equal(api.buildsView.tree.getParent(system), build);
    assert.match(textOf(api, system), / (not started|waiting) · \d+ dependenc(y|ies)$/);
    for (const node of await rows(api, system)) assert.equal(api.buildsView.tree.getParent(node), system);
  });

  it("succeeds with every derivation counted once", async () => {
    const { progress, outPath } = await buildEndsAs(api, id, "succeeded");
    assert.equal(progress.done, progress.expected);
    assert.equal(progress.running + progress.failed, 0);
    assert.ok(outPath);
    const derivations = (await rows(api, buildRow(api, id))).filter(({ kind }) => kind === "derivation");
    assert.equal(derivations.length, progress.expected);
    for (const node of derivations) assert.match(textOf(api, node), / built · /);
  });

  it("never counts backwards", () => {
    const counts = seen.map(({ progress }) => progress.done);
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => a - b),
    );
    assert.ok(seen.some(({ state }) => state === "building"));
  });

  it("shows how many paths are signed by a trusted key", async () => {
    const { signatures } = await buildEnd(api, id);
    assert.ok(signatures && signatures.total > 0);
    const { total, trusted } = signatures;
    assert.ok(textOf(api, buildRow(api, id)).startsWith(`eiffel succeeded · ${trusted} of ${total} paths signed`));
    const node = (await rows(api, buildRow(api, id))).find(({ kind }) => kind === "signatures");
    assert.ok(node);
    assert.equal(textOf(api, node), `${trusted} of ${total} paths signed by a trusted key`);
    const groups = (await rows(api, node)).filter(({ kind }) => kind === "signatureGroup");
    const paths = (await Promise.all(groups.map(group => rows(api, group)))).flat();
    assert.equal(paths.length, total - trusted);
  });

  it("opens its signature report as a document, which offers to check again", async () => {
    const { trusted, total } = (await buildEnd(api, id)).signatures ?? {};
    await vscode.commands.executeCommand(commandIds.showSignatures, { id });
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.uri.scheme, signaturesScheme);
    assert.match(document?.lineAt(0).text ?? "", new RegExp(`^eiffel: ${trusted} of ${total} paths signed$`));
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      "vscode.executeLinkProvider",
      document?.uri,
    );
    assert.ok(links.some(({ target }) => target?.scheme === "command" && target.path === commandIds.checkSignatures));
    const before = api.builds.summary(id);
    const report = await vscode.commands.executeCommand<SignatureReport>(commandIds.checkSignatures, { id });
    assert.deepEqual([report.total, report.trusted], [total, trusted]);
    const after = await buildThat(
      api,
      id,
      "the check is published",
      ({ revision }) => revision > (before?.revision ?? 0),
    );
    assert.deepEqual(after.signatures, before?.signatures);
  });

  it("leaves the status bar when it has ended", () => assert.equal(api.status.text, "Morph"));

  it("copies the path of the result", async () => {
    await vscode.commands.executeCommand(commandIds.copyStorePath, buildRow(api, id));
    assert.equal(await vscode.env.clipboard.readText(), api.builds.summary(id)?.outPath);
  });

  it("shows the log of a derivation, phase by phase", async () => {
    const linux = (await rows(api, buildRow(api, id))).find(node => textOf(api, node).startsWith("linux-"));
    await vscode.commands.executeCommand(commandIds.showLog, linux);
    const document = vscode.window.activeTextEditor?.document;
    assert.match(document?.fileName ?? "", /\/linux-[\d.]+\.log$/);
    assert.equal(document?.languageId, "morph-build-log");
    assert.match(document?.getText() ?? "", /^Running phase: unpackPhase$/m);
  });

  it("shows the log of the whole build", async () => {
    await vscode.commands.executeCommand(commandIds.showLog, buildRow(api, id));
    const document = vscode.window.activeTextEditor?.document;
    assert.match(document?.fileName ?? "", /\/eiffel\.log$/);
    assert.match(document?.getText() ?? "", /^linux-[\d.]+> Running phase: buildPhase$/m);
  });
});

/** The rows of derivations below a row, in display order with every row expanded. */
async function everyDerivation(api: InternalApi, node: BuildsRow): Promise<BuildsRow[]> {
  const below = (await rows(api, node)).filter(({ kind }) => kind === "derivation");
  const all = below.map(async each => [each, ...(await everyDerivation(api, each))]);
  return (await Promise.all(all)).flat();
}
