import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { URI } from "vscode-uri";
import type { DeclaredBuilders } from "../../../server/src/protocol.ts";
import { InProcess } from "../../support/inProcess.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const temp = tempFolder("declared-session");
after(() => removeTree(temp));

const module = (host: string) => `{ nix.buildMachines = [ { hostName = "${host}"; system = "aarch64-linux"; } ]; }`;

test("a workspace that is not trusted shows what it declares, and edits are published", async () => {
  const folder = path.join(temp, "workspace");
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, "builders.nix");
  writeFileSync(file, module("one"));
  const uri = URI.file(file).toString();
  const storageDir = path.join(temp, "storage");
  const session = await InProcess.start({ folder, initializationOptions: { trusted: false, storageDir } });
  const ids = async () => {
    const { builders, partial } = (await session.client.sendRequest("morph/declaredBuilders", {})) as DeclaredBuilders;
    assert.equal(partial, undefined);
    return builders.map(({ id }) => id);
  };
  assert.deepEqual(await ids(), ["ssh://one"]);
  await session.client.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "nix", version: 1, text: module("one") },
  });
  await session.client.sendNotification("textDocument/didChange", {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: module("two") }],
  });
  await session.next("morph/buildersDidChange");
  assert.deepEqual(await ids(), ["ssh://two"]);
  await session.stop();
});
