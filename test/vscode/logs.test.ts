import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds, languageIds } from "../../client/src/manifest.ts";
import { buildEndsAs, buildRow, rows, startBuild, textOf } from "./support/builds.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { addNetwork, workspaceFolder } from "./support/workspace.ts";

const count = 200_000;
const gone = `/nix/store/${"0".repeat(32)}-gone`;

/** A machine with a package that prints a long log in colours, with one error far down. */
const network = `{
  loud = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ (pkgs.mkDerivation {
      name = "loud-1.0";
      buildPhase = ''
        echo "loud/network.nix:2:3: here"
        echo "reads \${builtins.toFile "notes.txt" "one\\ntwo\\n"} and ${gone}"
        printf '\\033[32mgreen\\033[0m and \\033]8;;https://example.org\\033\\\\plain\\033]8;;\\033\\\\ \\033[31mred\\n'
        echo "cc -Werror -c error.c"
        seq ${count} | sed "s/^/$(printf '\\033[1;32m')/"
        echo "main.c:3:5: error: broken"
        echo "main.c:4:5: error: broken, too"
      '';
    }) ];
  };
}
`;

describe("a long log", () => {
  let api: InternalApi;
  let id: string;

  before(async () => {
    api = await activeExtension();
    id = await startBuild(await addNetwork(api, "loud", network), "loud");
    await buildEndsAs(api, id, "succeeded");
  });

  /** Shows the log of the package, or of the whole build, and waits until it is complete. */
  async function show(whole: boolean): Promise<vscode.TextEditor> {
    const build = buildRow(api, id);
    const loud = (await rows(api, build)).find(node => textOf(api, node).startsWith("loud-"));
    await vscode.commands.executeCommand(commandIds.showLog, whole ? build : loud);
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor);
    const { document } = editor;
    const last = () => (document.lineCount > count && document.languageId === languageIds.buildLog) || undefined;
    await eventually("the log is complete", last, vscode.workspace.onDidChangeTextDocument);
    return editor;
  }

  const symbols = (uri: vscode.Uri) =>
    vscode.commands.executeCommand<vscode.DocumentSymbol[]>("vscode.executeDocumentSymbolProvider", uri);

  it("is shown completely, from its first line", async () => {
    const { document } = await show(false);
    assert.equal(document.lineAt(0).text, "Running phase: unpackPhase");
    assert.match(document.getText(), /\n1\n2\n/);
    assert.match(document.getText(), /\n199999\n200000\n/);
  });

  it("has no escape sequences in its text, even if it was printed in colours", async () => {
    const text = (await show(false)).document.getText();
    assert.match(text, /^green and plain red$/m);
    assert.ok(!text.includes("\u001b"));
  });

  it("has its phases in the outline and as foldable ranges", async () => {
    const { document } = await show(false);
    const phases = await symbols(document.uri);
    assert.deepEqual(
      phases.map(({ name }) => name),
      ["unpackPhase", "buildPhase", "installPhase"],
    );
    const folds = await vscode.commands.executeCommand<vscode.FoldingRange[]>(
      "vscode.executeFoldingRangeProvider",
      document.uri,
    );
    const build = phases[1]?.range;
    assert.ok(folds.some(({ start, end }) => start === build?.start.line && end === build.end.line));
  });

  it("has the derivations of a whole build in its outline, each with its phases", async () => {
    const { document } = await show(true);
    const loud = (await symbols(document.uri)).find(({ name }) => name === "loud-1.0");
    assert.deepEqual(
      loud?.children.map(({ name }) => name),
      ["unpackPhase", "buildPhase", "installPhase"],
    );
  });

  it("shows its first error when asked to", async () => {
    const editor = await show(false);
    await vscode.commands.executeCommand(commandIds.firstError);
    const line = editor.document.lineAt(editor.selection.start.line);
    assert.equal(line.text, "main.c:3:5: error: broken");
    assert.ok(editor.selection.isEqual(line.range));
  });

  it("links to positions in the workspace's files and to the store", async () => {
    const { document } = await show(false);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>(
      "vscode.executeLinkProvider",
      document.uri,
    );
    const found = links.map(({ range, target }) => ({ text: document.getText(range), target }));
    const [place] = found.filter(({ text }) => text === "loud/network.nix:2:3");
    const file = vscode.Uri.joinPath(workspaceFolder(), "loud/network.nix");
    assert.equal(place?.target?.toString(), file.with({ fragment: "L2,3" }).toString());
    assert.ok(!found.some(({ text }) => text.startsWith("main.c")));
    const notes = found.find(({ text }) => text.endsWith("-notes.txt"))?.target;
    const nothing = found.find(({ text }) => text === gone)?.target;
    assert.ok(notes && nothing);

    await follow(nothing);
    assert.equal(await vscode.env.clipboard.readText(), gone);
    await follow(notes);
    assert.equal(vscode.window.activeTextEditor?.document.getText(), "one\ntwo\n");
  });
});

/** Runs a command link like VS Code does. */
function follow({ scheme, path, query }: vscode.Uri): Thenable<unknown> {
  assert.equal(scheme, "command");
  return vscode.commands.executeCommand(path, ...JSON.parse(query));
}
