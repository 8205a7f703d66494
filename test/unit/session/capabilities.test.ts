import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import type { Diagnostic, DocumentSymbol, Hover, MarkupContent } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import { InProcess } from "../../support/inProcess.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

// A client has every optional capability, all but one, or none. Missing ones are not used.

const temp = tempFolder("capabilities");
after(() => removeTree(temp));
const file = path.join(temp, "network.nix");
const uri = URI.file(file).toString();
const text = `{
  network.pkgs = import <nixpkgs> { system = "x86_64-linux"; };
  eiffel = { ... }: { nixpkgs.hostPlatform = "aarch64-linux"; imports = [ ./network.nix ]; deployment. };
}
`;
writeFileSync(file, text);

const whole = {
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    codeLens: { refreshSupport: true },
  },
  window: { workDoneProgress: true },
  textDocument: {
    hover: { contentFormat: ["markdown", "plaintext"] },
    completion: { completionItem: { documentationFormat: ["markdown", "plaintext"] } },
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } },
      isPreferredSupport: true,
    },
    rename: { prepareSupport: true },
    documentLink: { tooltipSupport: true },
    publishDiagnostics: { tagSupport: { valueSet: [1, 2] } },
    semanticTokens: { requests: { full: true }, tokenTypes: [], tokenModifiers: [], formats: ["relative"] },
  },
};

/** Evidence in a session that a capability was used. */
interface Seen {
  readonly methods: ReadonlySet<string>;
  readonly registered: ReadonlySet<string>;
  readonly capabilities: Record<string, unknown>;
  readonly hover: Hover | null;
  readonly documentation: readonly unknown[];
  readonly symbols: readonly (DocumentSymbol | object)[];
  readonly actions: readonly object[];
  readonly links: readonly object[];
  readonly diagnostics: readonly Diagnostic[];
}

const isMarkdown = (value: unknown) => (value as MarkupContent | undefined)?.kind === "markdown";

/** Path of a capability -> whether it was used. */
const used: Readonly<Record<string, (seen: Seen) => boolean>> = {
  "workspace.configuration": ({ methods }) => methods.has("workspace/configuration"),
  "workspace.workspaceFolders": ({ capabilities }) => "workspace" in capabilities,
  "workspace.didChangeConfiguration": ({ registered }) => registered.has("workspace/didChangeConfiguration"),
  "workspace.didChangeWatchedFiles": ({ registered }) => registered.has("workspace/didChangeWatchedFiles"),
  "workspace.codeLens": ({ methods }) => methods.has("workspace/codeLens/refresh"),
  "window.workDoneProgress": ({ methods }) => methods.has("window/workDoneProgress/create"),
  "textDocument.hover": ({ hover }) => isMarkdown(hover?.contents),
  "textDocument.completion": ({ documentation }) => documentation.some(isMarkdown),
  "textDocument.documentSymbol": ({ symbols }) => symbols.some(symbol => "selectionRange" in symbol),
  "textDocument.codeAction": ({ actions, capabilities }) =>
    actions.length > 0 || capabilities.codeActionProvider !== undefined,
  "textDocument.codeAction.isPreferredSupport": ({ actions }) => actions.some(action => "isPreferred" in action),
  "textDocument.rename": ({ capabilities }) => typeof capabilities.renameProvider === "object",
  "textDocument.documentLink": ({ links }) => links.some(link => "tooltip" in link),
  "textDocument.publishDiagnostics": ({ diagnostics }) => diagnostics.some(({ tags }) => tags !== undefined),
  "textDocument.semanticTokens": ({ capabilities }) => "semanticTokensProvider" in capabilities,
};

/** The client's capabilities without the one of a path. */
function without(name: string): object {
  const copy = structuredClone(whole) as unknown as Record<string, Record<string, unknown>>;
  const names = name.split(".");
  const last = names.pop() ?? "";
  let holder: Record<string, unknown> = copy;
  for (const each of names) holder = holder[each] as Record<string, unknown>;
  delete holder[last];
  return copy;
}

let sessions = 0;

/** Starts a server for a client of these capabilities and uses all of its features. */
async function session(capabilities: object): Promise<Seen> {
  const settings = { nix: { binDir: path.join(temp, "no-nix-here") } };
  const made = await InProcess.start({
    capabilities,
    folder: temp,
    initializationOptions: { trusted: true, storageDir: path.join(temp, `storage${sessions++}`), settings },
    answer: method => {
      if (method === "workspace/configuration") return [settings];
      // The client refuses every unknown request.
      return null;
    },
  });
  const { client } = made;
  await client.sendNotification("textDocument/didOpen", {
    textDocument: { uri, languageId: "nix", version: 1, text },
  });
  await client.sendRequest("morph/networks", {});
  const textDocument = { uri };
  const position = { line: 2, character: 4 };
  const { diagnostics } = (await made.next(
    "textDocument/publishDiagnostics",
    ({ diagnostics: found }: { diagnostics: Diagnostic[] }) => found.some(({ code }) => code === "ineffective-system"),
  )) as { diagnostics: Diagnostic[] };
  const range = { start: { line: 2, character: 0 }, end: { line: 2, character: 100 } };
  const data = { replacement: '"x86_64-linux"' };
  const [hover, items, symbols, actions, links] = await Promise.all([
    client.sendRequest<Hover | null>("textDocument/hover", { textDocument, position }),
    client.sendRequest<{ documentation?: unknown }[]>("textDocument/completion", {
      textDocument,
      position: { line: 2, character: (text.split("\n")[2] ?? "").indexOf("deployment.") + "deployment.".length },
    }),
    client.sendRequest<object[]>("textDocument/documentSymbol", { textDocument }),
    client.sendRequest<object[]>("textDocument/codeAction", {
      textDocument,
      range,
      context: { diagnostics: diagnostics.map(diagnostic => ({ ...diagnostic, data })) },
    }),
    client.sendRequest<object[]>("textDocument/documentLink", { textDocument }),
  ]);
  const build = { uri, machine: "eiffel" };
  const executed = client.sendRequest<{ id: string }>("workspace/executeCommand", {
    command: "morph.build",
    arguments: [build],
  });
  const { id } = await executed;
  await made.next(
    "morph/buildDidChange",
    (delta: { id: string; summary: { state: string } }) => delta.id === id && delta.summary.state === "failed",
  );
  // What a client without the capability sends anyway.
  await client.sendNotification("workspace/didChangeConfiguration", { settings: { morph: settings } });
  await client.sendNotification("workspace/didChangeWorkspaceFolders", { event: { added: [], removed: [] } });
  await client.sendRequest("morph/networks", {});
  await made.stop();
  return {
    methods: made.methods(),
    registered: new Set(
      made.sent.flatMap(({ method, params }) =>
        method === "client/registerCapability"
          ? (params as { registrations: { method: string }[] }).registrations.map(each => each.method)
          : [],
      ),
    ),
    capabilities: { ...made.initialized.capabilities },
    hover,
    documentation: items.map(({ documentation }) => documentation),
    symbols,
    actions,
    links,
    diagnostics,
  };
}

test("a client with all capabilities gets everything", async () => {
  const seen = await session(whole);
  assert.deepEqual(
    Object.entries(used).flatMap(([name, isUsed]) => (isUsed(seen) ? [] : [name])),
    [],
  );
});

test("a client without optional capabilities gets everything that needs none", async () => {
  const seen = await session({});
  assert.deepEqual(
    Object.entries(used).flatMap(([name, isUsed]) => (isUsed(seen) ? [name] : [])),
    [],
  );
  assert.ok(seen.hover !== null && seen.symbols.length === 1 && seen.links.length === 1);
});

for (const [name, isUsed] of Object.entries(used))
  test(`${name} is not used for a client without it, and everything else is`, async () => {
    const seen = await session(without(name));
    assert.equal(isUsed(seen), false);
    const others = Object.entries(used).filter(([other]) => !other.startsWith(name) && !name.startsWith(other));
    assert.deepEqual(
      others.flatMap(([other, isOtherUsed]) => (isOtherUsed(seen) ? [] : [other])),
      [],
    );
  });

test("a client with plain text hovers gets them without Markdown", async () => {
  const { hover } = await session({ textDocument: { hover: { contentFormat: ["plaintext"] } } });
  const contents = hover?.contents as MarkupContent;
  assert.equal(contents.kind, "plaintext");
  assert.match(contents.value, /^eiffel\n\nSystem x86_64-linux, from network\.pkgs, on line 2\./);
});

test("capabilities with types that LSP does not allow count as missing", async () => {
  const odd = (value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([name, part]) => [name, odd(part)]))
      : 5;
  const seen = await session(odd(whole) as object);
  assert.ok(!seen.methods.has("workspace/configuration") && seen.registered.size === 0);
  for (const value of [5, "text", true, null, []]) {
    const made = await InProcess.start({
      capabilities: Object.fromEntries(Object.keys(whole).map(name => [name, value])),
    });
    assert.deepEqual(await made.client.sendRequest("morph/networks", {}), []);
    await made.stop();
  }
});

test("a client that refuses all requests is still served", async () => {
  const made = await InProcess.start({
    capabilities: whole,
    folder: temp,
    answer: method => Promise.reject(new Error(`${method} is not supported`)),
  });
  const networks = await made.client.sendRequest<{ uri: string }[]>("morph/networks", {});
  assert.deepEqual(
    networks.map(each => each.uri),
    [uri],
  );
  await made.next("window/logMessage", ({ message }: { message: string }) => message.includes("settings"));
  await made.stop();
});
