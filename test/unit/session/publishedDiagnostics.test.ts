import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { Diagnostic } from "vscode-languageserver";
import type { Problem } from "../../../server/src/protocol.ts";
import { PublishedDiagnostics } from "../../../server/src/session/publishedDiagnostics.ts";
import { ManualTimers } from "../../support/manualTimers.ts";

const [network, module] = ["file:///net/network.nix", "file:///net/web.nix"];

const on = (line: number, message: string): Diagnostic => ({
  message,
  range: { start: { line, character: 0 }, end: { line, character: 1 } },
});

describe("the diagnostics of a file", () => {
  let timers = new ManualTimers();
  let failures = new Map<string, readonly Diagnostic[]>();
  let refused = new Set<string>();
  let open = new Set<string>();
  let sent: [uri: string, messages: string[]][] = [];
  let published = create();

  function create() {
    const refusal = (uri: string): Problem => ({
      code: "not-deployable",
      severity: "warning",
      message: "refused",
      location: { uri, range: on(7, "").range },
    });
    return new PublishedDiagnostics(
      {
        failures: uri => failures.get(uri) ?? [],
        refusalsAt: uri => (refused.has(uri) ? [refusal(uri)] : []),
        refusedFiles: () => refused,
        isOpen: uri => open.has(uri),
        severities: () => ({}),
        send: (uri, diagnostics) => sent.push([uri, diagnostics.map(({ message }) => String(message))]),
      },
      timers,
    );
  }

  beforeEach(() => {
    timers = new ManualTimers();
    failures = new Map();
    refused = new Set();
    open = new Set([network]);
    sent = [];
    published = create();
  });

  it("are what its text shows and what evaluations and builds have found", () => {
    failures.set(network, [on(3, "failed")]);
    published.didCheck(network, [on(1, "checked")]);
    assert.deepEqual(sent, [[network, ["checked", "failed"]]]);
  });

  it("are sent once for many failures", () => {
    failures.set(network, [on(3, "failed")]);
    for (let machine = 0; machine < 200; machine++) published.didChange(network);
    timers.pass(100);
    assert.deepEqual(sent, [[network, ["failed"]]]);
  });

  it("include what Morph refuses only where no text is checked, and no longer than it refuses it", () => {
    refused = new Set([network, module]);
    published.refusalsDidChange(network);
    timers.pass(100);
    assert.deepEqual(sent, [
      [network, []],
      [module, ["refused"]],
    ]);
    sent = [];
    refused = new Set();
    published.refusalsDidChange(network);
    timers.pass(100);
    assert.deepEqual(sent, [
      [network, []],
      [module, []],
    ]);
  });

  it("keep what evaluations have found when the file is closed", () => {
    failures.set(network, [on(3, "failed")]);
    published.didCheck(network, [on(1, "checked")]);
    published.didCheck(network, []);
    assert.deepEqual(sent.at(-1), [network, ["failed"]]);
  });

  it("are not sent after the end of the session", () => {
    published.didChange(network);
    published.dispose();
    timers.pass(1000);
    assert.deepEqual(sent, []);
  });
});
