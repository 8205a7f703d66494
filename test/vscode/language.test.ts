import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { eventually } from "./support/eventually.ts";
import { activeExtension } from "./support/extension.ts";
import { addNetwork, homeNetwork, openHome } from "./support/workspace.ts";

/** A network with a problem in each of its machines. */
const text = `{
  network.descripton = "Faults";
  network.ordering.tags = [ "web" "databse" ];
  "web.example.org" = { nodes, ... }: {
    imports = [ ./web.nix ];
    nixpkgs.system = "aarch64-linx";
    deployment.tags = [ "web" ];
    deployment.targetPort = "22";
    networking.extraHosts = nodes.db.config.networking.hostName;
  };
  db = { nodes, ... }: { deployment.tags = [ "database" ]; specialisation.x = import ./none.nix; };
  mail.example.org = { pkgs, ... }: { nixpkgs.system = "x86_64-linux"; };
}
`;

describe("the language features", () => {
  let api: InternalApi;
  let uri: vscode.Uri;
  let document: vscode.TextDocument;

  before(async () => {
    api = await activeExtension();
    await vscode.workspace.fs.writeFile(vscode.Uri.joinPath(homeNetwork(), "../language/web.nix"), Buffer.from("{ }"));
    uri = vscode.Uri.parse(await addNetwork(api, "language", text));
    document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
  });

  /** The position after the first occurrence of a text. */
  const behind = (piece: string) => document.positionAt(document.getText().indexOf(piece) + piece.length);
  const run = <T>(command: string, ...parameters: unknown[]) =>
    vscode.commands.executeCommand<T>(`vscode.${command}`, uri, ...parameters);

  it("list the machines in the outline", async () => {
    const symbols = await run<vscode.DocumentSymbol[]>("executeDocumentSymbolProvider");
    assert.deepEqual(
      symbols.map(({ name }) => name),
      ["web.example.org", "db", "mail"],
    );
  });

  it("find machines of the whole workspace", async () => {
    const symbols = await vscode.commands.executeCommand<vscode.SymbolInformation[]>(
      "vscode.executeWorkspaceSymbolProvider",
      "eiffel",
    );
    assert.ok(symbols.some(({ name, location }) => name === "eiffel" && location.uri.path === homeNetwork().path));
  });

  it("report problems, each with its code", async () => {
    const codes = () => vscode.languages.getDiagnostics(uri).map(({ code }) => String(code));
    const all = () => (codes().includes("missing-import") ? codes().toSorted() : undefined);
    assert.deepEqual(await eventually("the diagnostics", all, vscode.languages.onDidChangeDiagnostics), [
      "ill-typed-option",
      "missing-import",
      "no-system",
      "unknown-network-attribute",
      "unknown-system",
      "unknown-tag",
      "unquoted-dotted-name",
    ]);
  });

  it("fix an unknown system and quote a name with dots", async () => {
    const range = new vscode.Range(behind("nixpkgs.system = "), behind('"aarch64-linx"'));
    const fixes = await run<vscode.CodeAction[]>("executeCodeActionProvider", range);
    assert.ok(fixes.some(({ title }) => title === 'Change to "aarch64-linux"'));
    const name = behind("mail.exam");
    const quotes = await run<vscode.CodeAction[]>("executeCodeActionProvider", new vscode.Range(name, name));
    assert.ok(quotes.some(({ title }) => title === 'Quote the machine\'s name: "mail.example.org"'));
  });

  it("complete options, systems and machines", async () => {
    const labels = async (piece: string) => {
      const { items } = await run<vscode.CompletionList>("executeCompletionItemProvider", behind(piece));
      return items.map(({ label }) => (typeof label === "string" ? label : label.label));
    };
    assert.ok((await labels("deployment.tar")).includes("targetHost"));
    assert.ok((await labels('nixpkgs.system = "aarch64')).includes("aarch64-linux"));
    assert.ok((await labels("nodes.")).includes("web.example.org"));
  });

  it("complete the paths of imports, a machine's attributes and snippets", async () => {
    const items = async (piece: string) => {
      const { items: found } = await run<vscode.CompletionList>("executeCompletionItemProvider", behind(piece));
      return found;
    };
    const paths = await items("imports = [ ./");
    assert.deepEqual(
      paths.map(({ label }) => label),
      ["./web.nix"],
    );
    const attributes = await items('"web.example.org" = { nodes, ... }: {\n    ');
    assert.ok(attributes.some(({ label }) => label === "deployment"));
    const secret = attributes.find(({ label }) => label === "secret");
    assert.ok(secret?.insertText instanceof vscode.SnippetString, "VS Code fills in snippets");
  });

  it("explain options, tags, imports and the machines behind nodes", async () => {
    const hover = async (piece: string) => {
      const [found] = await run<vscode.Hover[]>("executeHoverProvider", behind(piece));
      return found?.contents.map(content => (content as vscode.MarkdownString).value).join("") ?? "";
    };
    assert.match(await hover("deployment.targetP"), /^`deployment\.targetPort`: integer or null/);
    assert.match(await hover('deployment.tags = [ "we'), /^Tag `web`: 1 machine/);
    assert.match(await hover("import ./no"), /no file or folder .*language\/none\.nix/);
    assert.match(await hover("nodes.d"), /^\*\*db\*\*/);
  });

  it("create the file of a missing import, which is then no longer missing", async () => {
    const at = behind("import ./no");
    const fixes = await run<vscode.CodeAction[]>("executeCodeActionProvider", new vscode.Range(at, at));
    const create = fixes.find(({ title }) => title === "Create ./none.nix");
    assert.ok(create?.edit, JSON.stringify(fixes.map(({ title }) => title)));
    assert.ok(await vscode.workspace.applyEdit(create.edit));
    const file = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(uri, "../none.nix"));
    assert.equal(file.getText(), "{ config, lib, pkgs, ... }:\n\n{\n}\n");
    await file.save();
    const isMissing = () => vscode.languages.getDiagnostics(uri).some(({ code }) => code === "missing-import");
    await eventually(
      "the import is found",
      () => (isMissing() ? undefined : true),
      vscode.languages.onDidChangeDiagnostics,
    );
  });

  it("go from nodes to the machine, and from an import to its file", async () => {
    const [machine] = await run<vscode.Location[]>("executeDefinitionProvider", behind("nodes.d"));
    assert.equal(machine && document.getText(machine.range), "db");
    const [file] = await run<vscode.Location[]>("executeDefinitionProvider", behind("./web.n"));
    assert.match(file?.uri.path ?? "", /\/language\/web\.nix$/);
  });

  it("rename a machine with its references, and refuse anything else", async () => {
    const edit = await run<vscode.WorkspaceEdit>("executeDocumentRenameProvider", behind("\n  d"), "db.example.org");
    assert.deepEqual(
      edit.get(uri).map(({ newText }) => newText),
      ['"db.example.org"', '"db.example.org"'],
    );
    await assert.rejects(async () => run("prepareRename", behind("networking.ex")), /Only machines can be renamed/);
  });

  it("mark the names of machines", async () => {
    await openHome();
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens>(
      "vscode.provideDocumentSemanticTokens",
      homeNetwork(),
    );
    // Five numbers per token; the sample network has three machines.
    assert.equal(tokens.data.length, 3 * 5);
  });

  it("link imports and fold sets", async () => {
    const links = await run<vscode.DocumentLink[]>("executeLinkProvider");
    assert.ok(links.some(({ target }) => target?.path.endsWith("/language/web.nix")));
    const folds = await run<vscode.FoldingRange[]>("executeFoldingRangeProvider");
    assert.ok(folds.some(({ start, end }) => start === 3 && end === 8));
  });

  it("report nothing in the sample network", async () => {
    const { document: home } = await openHome();
    assert.deepEqual(vscode.languages.getDiagnostics(home.uri), []);
  });
});
