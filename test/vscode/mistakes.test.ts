import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds } from "../../client/src/manifest.ts";
import { buildEndsAs, buildRow, rows, startBuild, textOf } from "./support/builds.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { addNetwork, homeNetwork, openHome } from "./support/workspace.ts";

describe("a mistake", () => {
  let api: InternalApi;

  before(async () => {
    api = await activeExtension();
  });

  it("in an evaluation is in Problems at its place, and a click on its row opens a page that leads there", async () => {
    const text =
      '{\n  broken = { pkgs, ... }: {\n    nixpkgs.system = "x86_64-linux";\n    environment.systemPackages = [ pkgs.helo ];\n  };\n}\n';
    const uri = await addNetwork(api, "broken", text);
    const id = await startBuild(uri, "broken");
    const { failure } = await buildEndsAs(api, id, "failed");
    assert.match(failure?.message ?? "", /helo/);
    const [node] = await rows(api, buildRow(api, id));
    assert.equal(node?.kind, "failure");
    const { command } = api.buildsView.tree.getTreeItem(node);
    assert.equal(command?.command, "vscode.open");
    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
    const page = vscode.window.activeTextEditor?.document;
    assert.equal(page?.uri.scheme, "morph-failure");
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>("vscode.executeLinkProvider", page.uri);
    const file = vscode.Uri.parse(uri);
    assert.ok(links.some(({ target }) => target?.path === file.path && target.fragment.startsWith("L4,")));
    const diagnostics = () => vscode.languages.getDiagnostics(file).filter(({ code }) => code === "evaluation-failed");
    const [only] = await eventually(
      "it is in Problems",
      () => {
        const found = diagnostics();
        return found.length > 0 ? found : undefined;
      },
      vscode.languages.onDidChangeDiagnostics,
    );
    assert.equal(only?.range.start.line, 3);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    await api.session.request("morph/remove", { id });
    const gone = () => (diagnostics().length === 0 ? true : undefined);
    await eventually("it is gone with its build", gone, vscode.languages.onDidChangeDiagnostics);
  });

  it("in a dependency is shown with the derivation that failed", async () => {
    const text =
      '{\n  broken = { pkgs, ... }: {\n    nixpkgs.system = "x86_64-linux";\n    environment.systemPackages = [ pkgs.broken ];\n  };\n}\n';
    const id = await startBuild(await addNetwork(api, "dependency", text), "broken");
    const { progress } = await buildEndsAs(api, id, "failed");
    assert.ok(progress.failed > 0);
    const [failure, first] = await rows(api, buildRow(api, id));
    assert.equal(failure?.kind, "failure");
    assert.ok(first);
    assert.match(textOf(api, first), / failed( · |$)/);
  });

  it("with unsaved changes is avoided: they are saved first", async () => {
    const { document } = await openHome();
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), "# changed\n");
    await vscode.workspace.applyEdit(edit);
    assert.equal(document.isDirty, true);
    const argument = { uri: homeNetwork().toString(), machine: "eiffel" };
    const evaluation = await vscode.commands.executeCommand<{ system: string }>(commandIds.evaluateMachine, argument);
    assert.equal(document.isDirty, false);
    assert.equal(evaluation.system, "aarch64-linux");
  });

  it("with a machine that does not exist is reported, and nothing is started", async () => {
    const before = api.builds.summaries.length;
    const argument = { uri: homeNetwork().toString(), machine: "nobody" };
    assert.equal(await vscode.commands.executeCommand("morph.build", argument), undefined);
    assert.equal(api.builds.summaries.length, before);
  });
});
