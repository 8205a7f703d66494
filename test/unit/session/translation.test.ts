import assert from "node:assert/strict";
import { after, afterEach, test } from "node:test";
import * as v from "valibot";
import type { CodeAction, CompletionItem, Diagnostic, Hover } from "vscode-languageserver-types";
import { exportTexts } from "../../../scripts/l10n.mjs";
import { initializationOptions } from "../../../server/src/schemas/requests.ts";
import { type ClientOptions, LspClient } from "../../support/lspClient.ts";
import { pseudoBundle, untranslated } from "../../support/pseudo.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

// The server shows texts in the client's language. Everything that is not translated is a name, not words.

const temp = tempFolder("translation");
after(() => removeTree(temp));

const begun: LspClient[] = [];
afterEach(async () => {
  for (const client of begun.splice(0)) await client.stop();
});

async function begin(options: ClientOptions): Promise<LspClient> {
  const client = await LspClient.start({ folder: temp, storageDir: `${temp}/storage`, ...options });
  begun.push(client);
  return client;
}

const uri = `file://${temp}/network.nix`;
const text = `{
  network = { description = "n"; foo = 1; nixConfig.cores = 2; };
  a = { ... }: { nixpkgs.system = "x86_64-lunix"; deployment.tags = "x"; deployment.secrets.k = { }; };
  a = { ... }: { };
  b.c = { ... }: { imports = [ ./none.nix ]; deployment.foo = 1; };
  d = 3;
  e = { ... }: { deployment.t };
}
`;

const capabilities = {
  textDocument: {
    hover: { contentFormat: ["markdown"] },
    completion: { completionItem: { documentationFormat: ["markdown"] } },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } } },
  },
};

/** Two consecutive words, which cannot be a name. */
const words = /[A-Za-z]{2,} [A-Za-z]{2,}/;

function assertTranslated(shown: readonly string[], atLeast: number): void {
  assert.ok(shown.length >= atLeast, `only ${shown.length} texts`);
  assert.deepEqual(
    shown.filter(each => words.test(untranslated(each)) || !each.includes("[!! ")),
    [],
  );
}

test("all texts of the server are translated, wherever they are shown", { timeout: 120_000 }, async () => {
  const translations = pseudoBundle(await exportTexts());
  const settings = { nix: { binDir: `${temp}/no-nix-here` } };
  const client = await begin({
    translations,
    settings,
    capabilities,
    trusted: true,
  });
  const { message = "" } = await client.next("morph/health", ({ state }) => state === "error");
  assertTranslated([message], 1);
  await client.open(uri, text);
  const { diagnostics } = await client.next<{ uri: string; diagnostics: Diagnostic[] }>(
    "textDocument/publishDiagnostics",
    each => each.uri === uri && each.diagnostics.some(({ code }) => code === "syntax-error"),
  );
  assertTranslated(
    diagnostics.map(each => JSON.stringify(each.message)),
    6,
  );
  const textDocument = { uri };
  const lenses = await client.lenses(uri);
  assertTranslated(
    lenses.map(({ command }) => command?.title ?? ""),
    4,
  );
  const hover = await client.lsp<Hover>("textDocument/hover", { textDocument, position: { line: 2, character: 2 } });
  assertTranslated([JSON.stringify(hover.contents)], 1);
  const whole = { start: { line: 0, character: 0 }, end: { line: 7, character: 0 } };
  const question = { textDocument, range: whole, context: { diagnostics } };
  const actions = await client.lsp<CodeAction[]>("textDocument/codeAction", question);
  assertTranslated(
    actions.map(({ title }) => title),
    3,
  );
  const position = { line: 6, character: 29 };
  const items = await client.lsp<CompletionItem[]>("textDocument/completion", { textDocument, position });
  assertTranslated(
    items.map(({ documentation }) => JSON.stringify(documentation)),
    5,
  );
  const refusals = [
    client.request("morph/build", { uri, machine: "nobody" }),
    client.request("morph/evaluate", { uri, machine: "a" }),
    client.request("morph/cancel", { id: "0lvxa2c00-0000000a" }),
    client.request("morph/signatures", { id: "0lvxa2c00-0000000a" }),
  ].map(request =>
    request.then(
      () => "",
      ({ message: said }: Error) => said,
    ),
  );
  assertTranslated(await Promise.all(refusals), 4);
});

test("without a translation the server speaks English", { timeout: 60_000 }, async () => {
  const client = await begin({ translations: { Evaluate: "Auswerten" } });
  await client.open(uri, text);
  const lenses = await client.lenses(uri);
  const titles = lenses.map(({ command }) => command?.title ?? "");
  assert.ok(titles.includes("Auswerten") && titles.some(title => title.startsWith("Build ")), titles.join("; "));
});

test("malformed translations are refused", () => {
  assert.ok(v.is(initializationOptions, { translations: { Evaluate: "Auswerten" } }));
  assert.ok(!v.is(initializationOptions, { translations: { Evaluate: 1 } }));
  assert.ok(!v.is(initializationOptions, { translations: ["Auswerten"] }));
});
