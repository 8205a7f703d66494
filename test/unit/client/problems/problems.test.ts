import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fixesOf, rankedFixes } from "../../../../client/src/problems/fixes.ts";
import { problemOf } from "../../../../client/src/problems/problem.ts";
import { requestFailed } from "../../../../server/src/protocol.ts";
import { english } from "../samples.ts";

const problem = { code: "no-nix", severity: "error", message: "Nix was not found." } as const;

describe("the problem of a rejected request", () => {
  it("is in its data", () => assert.deepEqual(problemOf({ code: requestFailed, data: problem }), problem));

  for (const [name, error] of Object.entries({
    nothing: undefined,
    text: "no",
    "an error": new Error("no"),
    "another code": { code: -32603, data: problem },
    "data that is no problem": { code: requestFailed, data: { message: "no" } },
    "no data": { code: requestFailed, data: null },
  })) {
    it(`is not in ${name}`, () => assert.equal(problemOf(error), undefined));
  }
});

describe("the fixes of a problem", () => {
  it("include a setting if Nix is missing", () => {
    assert.deepEqual(
      fixesOf(problem, english).map(({ command, arguments: args }) => [command, args]),
      [["workbench.action.openSettings", ["morph.nix.binDir"]]],
    );
  });

  it("start with those of the server, each once", () => {
    const trust = { title: "Trust", command: "workbench.trust.manage" };
    const retry = { title: "Again", command: "morph.build", arguments: [] };
    assert.deepEqual(fixesOf({ ...problem, code: "untrusted", fixes: [retry, trust] }, english), [retry, trust]);
  });

  it("are ranked: those that keep or open the build directory come after the log, and what is not urgent last", () => {
    const keep = { title: "Rebuild and Keep Build Directory", command: "morph.buildKeepingFolders" };
    const open = { title: "Open Kept Build Directory", command: "morph.openKeptFolder" };
    const look = { title: "Look What Is Left on attic", command: "morph.lookForLeftovers" };
    const hash = { title: "Update Hash", command: "morph.replaceHash" };
    const failure = {
      code: "derivation-failed",
      severity: "error",
      message: "x failed.",
      fixes: [look, keep, hash, open],
    } as const;
    assert.deepEqual(rankedFixes(failure, english), {
      first: [hash],
      afterLog: [keep, open],
      onPage: [look],
    });
  });

  it("may be empty", () => assert.deepEqual(fixesOf({ ...problem, code: "evaluation-failed" }, english), []));
});
