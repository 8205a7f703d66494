import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import type { InternalApi } from "../../client/src/api.ts";
import { commandIds } from "../../client/src/manifest.ts";
import { buildEndsAs, startBuild } from "./support/builds.ts";
import { activeExtension } from "./support/extension.ts";
import { addNetwork, workspaceFolder } from "./support/workspace.ts";

describe("fixes of signatures", () => {
  let api: InternalApi;
  let id: string;
  const folder = () => path.join(workspaceFolder().fsPath, "signed-cache");

  before(async () => {
    api = await activeExtension();
    const uri = await addNetwork(api, "signatures", '{ one = { nixpkgs.system = "x86_64-linux"; }; }\n');
    id = await startBuild(uri, "one");
    await buildEndsAs(api, id, "succeeded");
  });
  after(() => vscode.workspace.fs.delete(vscode.Uri.file(folder()), { recursive: true }));

  it("push a build to the proposed cache, whose address signs, and say so", async () => {
    const { privateKey, publicKey } = generateKeyPairSync("ed25519");
    const seed = privateKey.export({ format: "der", type: "pkcs8" }).subarray(-32);
    const key = Buffer.concat([seed, publicKey.export({ format: "der", type: "spki" }).subarray(-32)]);
    const keyFile = path.join(workspaceFolder().fsPath, "signing-key");
    writeFileSync(keyFile, `host-test-1:${key.toString("base64")}`);
    const cache = `file://${folder()}?secret-key=${keyFile}`;
    const pushed = vscode.commands.executeCommand(commandIds.pushPaths, { id, cache });
    const accept = setInterval(
      () => vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem"),
      200,
    );
    await pushed;
    clearInterval(accept);
    await vscode.commands.executeCommand("notifications.clearAll");
    const narinfos = readdirSync(folder()).filter(name => name.endsWith(".narinfo"));
    const texts = narinfos.map(name => readFileSync(path.join(folder(), name), "utf8"));
    const { outPath = "" } = api.builds.summary(id) ?? {};
    assert.ok(texts.some(text => text.startsWith(`StorePath: ${outPath}\n`)));
    assert.ok(texts.every(text => /^Sig: host-test-1:/m.test(text)));
  });

  it("copy what has to be pasted elsewhere", async () => {
    const text = 'services.nix-serve.secretKeyFile = "/key";';
    await vscode.commands.executeCommand(commandIds.copySnippet, { text, next: "Paste it." });
    assert.equal(await vscode.env.clipboard.readText(), text);
    await vscode.commands.executeCommand("notifications.clearAll");
  });

  it("do nothing for an invalid argument", async () => {
    const { trustKey, signPaths, pushPaths, copySnippet } = commandIds;
    for (const command of [trustKey, signPaths, pushPaths, copySnippet])
      for (const argument of [undefined, 1, {}, { id: 7 }, { id: "none", cache: "http://x", key: "y" }, { text: 1 }])
        assert.equal(await vscode.commands.executeCommand(command, argument), undefined);
  });
});
