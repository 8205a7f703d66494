import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { broken, unfinished } from "./shapes/broken.ts";
import { chain, networkPkgs } from "./shapes/chains.ts";
import { computed } from "./shapes/computed.ts";
import { letAndHead } from "./shapes/letAndHead.ts";
import { literal } from "./shapes/literal.ts";
import { modules } from "./shapes/modules.ts";
import type { Shape } from "./shapes/shape.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { Provided } from "./support/provided.ts";
import { addNetwork, machineRows } from "./support/workspace.ts";

const shapes: Readonly<Record<string, Shape>> = {
  "literal names": literal,
  "a let below a function's head": letAndHead,
  "computed names": computed,
  "modules and a helper": modules,
  "a chain of merged sets with defaults": chain,
  "a network.pkgs": networkPkgs,
  "a syntax error": broken,
  "an end that is missing": unfinished,
};

/** The lenses of the whole network, which are not above a machine. */
const ofNetwork = /^(?:Build|Evaluate) all\b/;

for (const [name, shape] of Object.entries(shapes))
  describe(`a network with ${name}`, () => {
    let api: InternalApi;
    let editor: Provided;

    const lensTitles = Object.entries(shape.lenses).flatMap(([machine, text]) => [
      "Evaluate",
      `Build ${machine} · ${text}`,
      ...(text.endsWith("no builder") ? ["Add Builder..."] : []),
    ]);
    const named = Object.fromEntries(
      Object.entries(shape.lenses).map(([machine, text]) => [machine, text.split(" · ")[0]]),
    );
    const systems = { ...named, ...shape.computed };
    const pairs = (of: object) => Object.entries(of).map(([machine, text]) => `${machine} ${String(text)}`);
    const lensesSettle = () =>
      settles(
        async () => (await editor.lenses()).filter(title => !ofNetwork.test(title)).toSorted(),
        lensTitles.toSorted(),
        listener => api.session.listen("morph/buildersDidChange", listener),
        listener => api.session.listen("morph/networkDidChange", listener),
      );
    const rowsSettle = () =>
      settles(
        () => machineRows(api, editor.document.uri).toSorted(),
        pairs({ ...systems, ...shape.rows }).toSorted(),
        api.machines.onDidChange,
      );

    before(async () => {
      api = await activeExtension();
      // Morph does not accept paths with a space or a quote, and the diagnostics say so.
      const uri = await addNetwork(api, `shape-${name.replaceAll(/[^a-z]+/g, "-")}`, shape.files);
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri));
      // Renaming reaches the modules that are open.
      for (const file of Object.keys(shape.files))
        await vscode.workspace.openTextDocument(vscode.Uri.joinPath(document.uri, "..", file));
      editor = new Provided(document);
      // VS Code asks for the outline once for each version of the text: not before the server, which reads a network again when
      // one of its modules is opened, has read the modules. Its lenses say that.
      await lensesSettle().catch(() => undefined);
      await vscode.window.showTextDocument(document);
    });

    it("has its machines in the Machines view", () => rowsSettle());

    it("has two lenses above each machine, and a third above one without a builder", () => lensesSettle());

    it("has its machines in the outline", async () =>
      assert.deepEqual((await editor.symbols()).toSorted(), pairs(named).toSorted()));

    it("shows on hover what sets the system and which builders can build it", async () => {
      for (const [piece, paragraphs] of Object.entries(shape.hovers))
        assert.deepEqual((await editor.hover(piece)).slice(1), paragraphs, piece);
    });

    it("has an inlay hint if the system is set elsewhere", async () =>
      assert.deepEqual(await editor.hints(), shape.hints));

    it("offers completions", async () => {
      for (const [piece, labels] of Object.entries(shape.completions)) {
        const offered = await editor.completions(piece);
        assert.deepEqual(
          labels.filter(label => !offered.includes(label)),
          [],
          piece,
        );
      }
    });

    it("renames names in the text, and refuses anything else", async () => {
      for (const [piece, [newName, ...edits]] of Object.entries(shape.renames))
        assert.deepEqual(await editor.rename(piece, newName), edits, piece);
      for (const [piece, reason] of Object.entries(shape.refusals ?? {}))
        await assert.rejects(async () => editor.run("prepareRename", editor.behind(piece)), reason, piece);
    });

    it("has its mistakes underlined", () =>
      settles(() => editor.diagnostics(), shape.diagnostics, vscode.languages.onDidChangeDiagnostics));
  });

/** Waits until a value is the expected one, and reports the actual one if it does not become equal. */
async function settles<T>(
  look: () => T | Promise<T>,
  expected: T,
  ...events: readonly vscode.Event<unknown>[]
): Promise<void> {
  const wanted = JSON.stringify(expected);
  const isSo = async () => (JSON.stringify(await look()) === wanted ? true : undefined);
  await eventually("it is as it should be", isSo, ...events).catch(() => undefined);
  assert.deepEqual(await look(), expected);
}
