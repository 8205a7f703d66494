import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, describe, it } from "node:test";
import type { CodeAction, Diagnostic, PublishDiagnosticsParams } from "vscode-languageserver";
import { URI } from "vscode-uri";
import { InProcess } from "../../support/inProcess.ts";
import { newSigner } from "../../support/signer.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const capabilities = {
  textDocument: { codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } } },
};

const module = `{ ... }:
{
  nix.settings.trusted-public-keys = [ "cache.home-1:abc" ];
  services.nix-serve.enable = true;
}
`;

describe("what modules of a network set about caches", () => {
  const folder = tempFolder("caches");
  fs.writeFileSync(path.join(folder, "network.nix"), "{ a = ./cache.nix; }\n");
  fs.writeFileSync(path.join(folder, "cache.nix"), module);
  const uri = URI.file(path.join(folder, "cache.nix")).toString();
  after(() => removeTree(folder));

  it("is checked in an open module, again after each edit, and fixed", async () => {
    const session = await InProcess.start({ folder, capabilities });
    const textDocument = { uri, languageId: "nix", version: 1, text: module };
    await session.client.sendNotification("textDocument/didOpen", { textDocument });
    const published = (codes: readonly string[]) =>
      session.next("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
        const found = params.diagnostics.map(({ code }) => String(code)).toSorted();
        return params.uri === uri && JSON.stringify(found) === JSON.stringify(codes);
      });
    const first = await published(["malformed-public-key", "nix-serve-without-key"]);
    const { diagnostics } = first as PublishDiagnosticsParams;
    const actions = await session.client.sendRequest<CodeAction[]>("textDocument/codeAction", {
      textDocument: { uri },
      range: rangeOf(diagnostics, "nix-serve-without-key"),
      context: { diagnostics },
    });
    assert.deepEqual(
      actions.map(({ title }) => title),
      ["Set secretKeyFile to /var/lib/nix-cache/secret-key"],
    );
    const text = module.replace('"cache.home-1:abc"', `"${newSigner("cache.home-1").publicKey}"`);
    await session.client.sendNotification("textDocument/didChange", {
      textDocument: { uri, version: 2 },
      contentChanges: [{ text }],
    });
    await published(["nix-serve-without-key"]);
    await session.stop();
  });
});

function rangeOf(diagnostics: readonly Diagnostic[], code: string): Diagnostic["range"] {
  const found = diagnostics.find(diagnostic => diagnostic.code === code);
  assert.ok(found);
  return found.range;
}
