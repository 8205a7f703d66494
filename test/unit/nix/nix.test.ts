import assert from "node:assert/strict";
import { test } from "node:test";
import { createNix, processProblem } from "../../../server/src/nix/nix.ts";
import { type ProcessEnd, withPath } from "../../../server/src/nix/process.ts";
import { exited } from "../../support/fakeNix.ts";

test("the directory of Nix's commands comes first on PATH, and programs are run from it", () => {
  assert.deepEqual(withPath({ PATH: "/usr/bin:/bin", A: "b" }, "/opt/nix/bin"), {
    PATH: "/opt/nix/bin:/usr/bin:/bin",
    A: "b",
  });
  assert.deepEqual(withPath({}, "/opt/nix/bin"), { PATH: "/opt/nix/bin" });
  assert.deepEqual(withPath({ PATH: "/bin" }, ""), { PATH: "/bin" });
  assert.equal(createNix({}, "/opt/nix/bin").file("nix-store"), "/opt/nix/bin/nix-store");
  assert.equal(createNix({ PATH: "/bin" }, "").file("nix-store"), "nix-store");
});

/** How a process ended -> the problem's code and severity. */
const ends: [end: ProcessEnd, code: string, severity: string][] = [
  [{ kind: "missing", file: "nix-store" }, "no-nix", "error"],
  [{ kind: "cancelled" }, "cancelled", "info"],
  [{ kind: "killed", signal: "SIGKILL", stderr: "said" }, "killed", "error"],
  [exited(1, "", "said"), "nix-failed", "error"],
];

for (const [end, code, severity] of ends) {
  test(`a process that is ${end.kind} is the problem ${code}`, () => {
    const problem = processProblem(end);
    assert.deepEqual([problem.code, problem.severity], [code, severity]);
    if ("stderr" in end) assert.equal(problem.detail, "said");
    if ("file" in end) assert.match(problem.message, /'nix-store' was not found/);
    if ("signal" in end) assert.match(problem.message, /SIGKILL/);
  });
}
