import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { CodeAction, Hover, PublishDiagnosticsParams } from "vscode-languageserver";
import { URI } from "vscode-uri";
import { InProcess } from "../../support/inProcess.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

// Hovers, diagnostics and quick fixes about builders in a module, in a workspace that is not trusted.

const temp = tempFolder("builder-text");
const folder = path.join(temp, "workspace");
const uriOf = (name: string) => URI.file(path.join(folder, name)).toString();
let session: InProcess;

const files = {
  "network.nix": `{
  network.description = "x";
  web = { imports = [ ./web.nix ./settings.nix ]; deployment.tags = [ ]; nixpkgs.hostPlatform = "aarch64-linux"; };
}
`,
  "web.nix": `{
  nix.buildMachines = [ { hostName = "pi"; system = "aarch64-linux"; } ];
}
`,
  "settings.nix": "{ }\n",
};

before(async () => {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const capabilities = {
    textDocument: { codeAction: { codeActionLiteralSupport: {} }, hover: { contentFormat: ["markdown"] } },
  };
  const initializationOptions = { trusted: false, storageDir: path.join(temp, "storage") };
  session = await InProcess.start({ folder, capabilities, initializationOptions });
  await session.client.sendRequest("morph/networks", {});
  for (const name of ["web.nix", "settings.nix"] as const) await open(name);
});

after(async () => {
  await session.stop();
  await removeTree(temp);
});

async function open(name: keyof typeof files): Promise<void> {
  const textDocument = { uri: uriOf(name), languageId: "nix", version: 1, text: files[name] };
  await session.client.sendNotification("textDocument/didOpen", { textDocument });
}

const position = { line: 1, character: 38 };

/** The next diagnostics of a file that satisfy a condition, from now on. */
async function diagnostics(name: string, accept: (codes: readonly unknown[]) => boolean) {
  const isIt = ({ uri, diagnostics: found }: PublishDiagnosticsParams) =>
    uri === uriOf(name) && accept(found.map(({ code }) => code));
  return ((await session.next("textDocument/publishDiagnostics", isIt)) as PublishDiagnosticsParams).diagnostics;
}

test("a module's builders have a hover with the machines that need them", async () => {
  const hover = (await session.client.sendRequest("textDocument/hover", {
    textDocument: { uri: uriOf("web.nix") },
    position,
  })) as Hover | null;
  assert.match(JSON.stringify(hover?.contents), /ssh:\/\/pi aarch64-linux - 1 1 - - -/);
  assert.match(JSON.stringify(hover?.contents), /needed by web/);
});

test("builders that Nix does not use are marked in the module, with a fix, until another module turns them on", async () => {
  const [found] = await diagnostics("web.nix", codes => codes.includes("builders-not-used"));
  assert.ok(found !== undefined);
  const [action] = (await session.client.sendRequest("textDocument/codeAction", {
    textDocument: { uri: uriOf("web.nix") },
    range: found.range,
    context: { diagnostics: [found] },
  })) as CodeAction[];
  assert.equal(action?.title, "Set nix.distributedBuilds = true");
  assert.equal(action?.edit?.changes?.[uriOf("web.nix")]?.[0]?.newText, "nix.distributedBuilds = true;\n  ");
  session.sent.length = 0;
  await session.client.sendNotification("textDocument/didChange", {
    textDocument: { uri: uriOf("settings.nix"), version: 2 },
    contentChanges: [{ text: "{ nix.distributedBuilds = true; nix.settings.builders-use-substitutes = true; }\n" }],
  });
  assert.deepEqual(await diagnostics("web.nix", codes => codes.length === 0), []);
});
