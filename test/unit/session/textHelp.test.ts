import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import type { PublishDiagnosticsParams } from "vscode-languageserver";
import type { CompletionItem, Hover, MarkupContent } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import { InProcess } from "../../support/inProcess.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const text = `{
  a = {
    imports = [ ./web.nix ./none.nix ];
    deployment.secrets.key = { source = "keys/key"; destination = "/run/key"; };
    deployment.secrets.none = { source = "keys/none"; destination = "/run/none"; };

  };
}
`;
const secret = "the content of a secret";

/** The server with a network beside real files. */
async function open(folder: string, capabilities: object) {
  const session = await InProcess.start({ folder, capabilities });
  const uri = URI.file(path.join(folder, "network.nix")).toString();
  const textDocument = { uri, languageId: "nix", version: 1, text };
  await session.client.sendNotification("textDocument/didOpen", { textDocument });
  await session.next("textDocument/publishDiagnostics", ({ diagnostics }: PublishDiagnosticsParams) =>
    diagnostics.some(({ code }) => code === "missing-import"),
  );
  const ask = <T>(method: string, line: number, character: number) =>
    session.client.sendRequest<T>(method, { textDocument: { uri }, position: { line, character } });
  return { session, ask };
}

describe("help with the text of a network beside real files", () => {
  const folder = tempFolder("text-help");
  const snippets = {
    textDocument: { completion: { completionItem: { snippetSupport: true } }, hover: { contentFormat: ["markdown"] } },
  };

  before(() => {
    for (const name of ["hosts/db", "keys", "lib"]) fs.mkdirSync(path.join(folder, name), { recursive: true });
    for (const name of ["web.nix", "hosts/db/default.nix", "network.nix"])
      fs.writeFileSync(path.join(folder, name), text);
    fs.writeFileSync(path.join(folder, "keys/key"), secret);
  });
  after(() => removeTree(folder));

  it("offers the modules and folders that a path can name, but not the file itself", async () => {
    const { session, ask } = await open(folder, snippets);
    const items = await ask<CompletionItem[]>("textDocument/completion", 2, "    imports = [ ./".length);
    assert.deepEqual(
      items.map(({ label }) => label),
      ["./web.nix", "./hosts/", "./keys/", "./lib/"],
    );
    await session.stop();
  });

  it("shows whether the file of a secret exists, but not its content", async () => {
    const { session, ask } = await open(folder, snippets);
    const hovers = await Promise.all(
      [3, 4].map(line => ask<Hover>("textDocument/hover", line, "    deployment.secrets.k".length)),
    );
    const [present, missing] = hovers.map(({ contents }) => (contents as MarkupContent).value);
    assert.match(present ?? "", /The local file exists\./);
    assert.match(missing ?? "", /The local file does not exist\./);
    assert.ok(!JSON.stringify(hovers).includes(secret));
    await session.stop();
  });

  it("offers snippets only to clients that can fill them in", async () => {
    for (const [capabilities, expected] of [
      [snippets, ["health check", "secret"]],
      [{}, []],
    ] as const) {
      const { session, ask } = await open(folder, capabilities);
      const items = await ask<CompletionItem[]>("textDocument/completion", 5, 0);
      assert.ok(items.some(({ label }) => label === "deployment"));
      assert.deepEqual(
        items.filter(({ kind }) => kind === 15).map(({ label }) => label),
        expected,
      );
      await session.stop();
    }
  });
});
