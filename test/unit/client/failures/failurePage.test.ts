import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { failurePage } from "../../../../client/src/failures/failurePage.ts";
import { commandIds } from "../../../../client/src/manifest.ts";
import type { BuildSummary, Problem } from "../../../../server/src/protocol.ts";
import { someBuild } from "../../../support/features.ts";
import { english } from "../samples.ts";

const openssl = "/nix/store/00000000000000000000000000000000-openssl-3.0.13.drv";
const range = { start: { line: 11, character: 4 }, end: { line: 11, character: 9 } };

const failure: Problem = {
  code: "derivation-failed",
  severity: "error",
  message: "openssl-3.0.13 failed with exit code 2.",
  detail: "builder for 'openssl' failed\nLast log lines:\nmain.c:3: error: no",
  quote: { lines: ["main.c:3: error: no", "make: *** [all] Error 1"], derivation: openssl },
  fixes: [{ title: "Rebuild and Keep Build Directory", command: commandIds.buildKeepingFolders, arguments: [{}] }],
};

const names = {
  l10n: english,
  pathOf: (uri: string) => uri.replace("file:///net/", ""),
  timeOf: (time: string) => time,
};
const failed = (fields: Partial<BuildSummary> = {}) =>
  someBuild({
    state: "failed",
    drvPath: "/nix/store/1-nixos.drv",
    failure,
    stoppedAt: "2024-05-01T12:01:00Z",
    ...fields,
  });

describe("the page about a failed build", () => {
  it("builds a detached build again as it was", () => {
    const how = { place: { kind: "store", store: "ssh-ng://attic" }, detached: true, fetch: true } as const;
    const action = failurePage(failed(how), names).actions.find(({ text }) => text === "Build Again")?.action;
    const [given] = action?.kind === "command" ? (action.command.arguments ?? []) : [];
    const { place, detached, fetch } = given ?? {};
    assert.deepEqual({ place, detached, fetch }, how);
  });

  it("offers to build again once, even if a fix does so, too", () => {
    const fixes = [{ title: "Retry", command: commandIds.retryBuild, arguments: [{}] }];
    const { actions } = failurePage(failed({ failure: { ...failure, fixes } }), names);
    assert.deepEqual(
      actions.map(({ text }) => text),
      ["Show Log", "Retry"],
    );
  });

  it("has the sentence, what to do, the deciding lines, and what was built", () => {
    const { lines } = failurePage(failed(), names);
    assert.deepEqual(
      lines.map(({ text }) => text),
      [
        "eiffel: build failed",
        "",
        "openssl-3.0.13 failed with exit code 2.",
        "",
        "Actions (click a line, or press Enter in it)",
        "→ Show Log",
        "→ Rebuild and Keep Build Directory",
        "→ Build Again",
        "",
        "The log of openssl-3.0.13",
        "→ main.c:3: error: no",
        "  make: *** [all] Error 1",
        "",
        "The build",
        "→ Machine: eiffel (network.nix)",
        "  Started: 2024-05-01T12:00:00.000Z",
        "  Ended: 2024-05-01T12:01:00Z",
        `→ Failed derivation: ${openssl}`,
        "  Derivation: /nix/store/1-nixos.drv",
        "",
        "Nix's message",
        "  builder for 'openssl' failed",
        "  Last log lines:",
        "  main.c:3: error: no",
      ],
    );
  });

  it("opens the log from the deciding line, and that of the derivation from its path", () => {
    const { lines } = failurePage(failed(), names);
    const actionOf = (text: string) => lines.find(line => line.text.includes(text))?.action;
    const { id } = failed();
    const log = { title: "Show Log", command: commandIds.showLog };
    assert.deepEqual(actionOf("error: no"), { kind: "command", command: { ...log, arguments: [{ id }] } });
    const row = { kind: "derivation", id, name: "openssl-3.0.13", drvPath: openssl };
    assert.deepEqual(actionOf("Failed derivation"), { kind: "command", command: { ...log, arguments: [row] } });
  });

  it("has the trace of an evaluation with its places, and no log", () => {
    const location = { uri: "file:///net/web.nix", range };
    const { quote: _, fixes: __, ...rest } = failure;
    const problem: Problem = {
      ...rest,
      code: "evaluation-failed",
      message: "Evaluation failed: no",
      location,
      trace: [{ text: "while evaluating 'x'", location }, { text: "from call site" }, { text: "while calling 'lib'" }],
    };
    const { lines, actions } = failurePage(failed({ failure: problem, drvPath: undefined }), names);
    const texts = lines.map(({ text }) => text);
    assert.ok(texts.includes("→ while evaluating 'x' (web.nix:12:5)"));
    assert.ok(texts.includes("  while calling 'lib'"));
    assert.ok(!texts.some(text => text.includes("call site")));
    assert.deepEqual(lines.find(({ text }) => text === "→ Show web.nix:12:5")?.action, {
      kind: "location",
      location,
    });
    assert.deepEqual(
      actions.map(({ text }) => text),
      ["Show web.nix:12:5", "Build Again"],
    );
  });

  it("of a build that has not failed says so", () => {
    const { lines } = failurePage(someBuild(), names);
    assert.deepEqual(lines, [{ text: "eiffel: this build has not failed." }]);
  });
});
