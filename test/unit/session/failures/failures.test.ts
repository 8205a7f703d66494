import assert from "node:assert/strict";
import { test } from "node:test";
import type { Problem } from "../../../../server/src/protocol.ts";
import { Failures } from "../../../../server/src/session/failures/failures.ts";

const network = "file:///net/network.nix";
const module = "file:///net/web.nix";
const at = (line: number, character: number, length: number) => ({
  start: { line, character },
  end: { line, character: character + length },
});

const problem: Problem = {
  code: "evaluation-failed",
  severity: "error",
  message: "Evaluation failed: no such option",
  location: { uri: module, range: at(1, 2, 5) },
  trace: [
    { text: "while evaluating a machine", location: { uri: network, range: at(0, 2, 3) } },
    { text: "from call site", location: { uri: "file:///nix/store/x/lib.nix", range: at(8, 0, 0) } },
    { text: "while evaluating lib", location: { uri: "file:///nix/store/x/lib.nix", range: at(7, 0, 0) } },
  ],
};

/** Failures in a workspace of two files, with what was published of each. */
function begin(places = [problem.location].flatMap(place => place ?? [])) {
  const texts = new Map([
    [network, "{ web = import ./web.nix; }\n"],
    [module, "{\n  ngnix = true;\n}\n"],
  ]);
  const changed: string[] = [];
  const failures = new Failures({
    textOf: async uri => texts.get(uri),
    placesOf: async () => places,
    isOwn: uri => texts.has(uri),
    didChange: uri => changed.push(uri),
  });
  return { texts, changed, failures };
}

const failing = (machine: string | undefined) => ({ network, machine, problem });

test("a failure is a diagnostic of the file that it is in, with its trace", async () => {
  const { failures, changed } = begin();
  await failures.set("a", failing("web"));
  assert.deepEqual(changed, [module]);
  assert.deepEqual(failures.of(network), []);
  assert.deepEqual(failures.of(module), [
    {
      range: at(1, 2, 5),
      severity: 1,
      code: "evaluation-failed",
      source: "morph",
      message: "Evaluation failed: no such option (web)",
      relatedInformation: [
        { location: { uri: network, range: at(0, 2, 3) }, message: "while evaluating a machine" },
        // LSP has no text without a location.
        { location: { uri: module, range: at(1, 2, 5) }, message: "while evaluating lib (lib.nix:8)" },
      ],
    },
  ]);
});

test("200 machines that fail for one reason at one place have one diagnostic, which counts them", async () => {
  const { failures } = begin();
  const names = Array.from({ length: 200 }, (_, index) => `web-${String(index).padStart(3, "0")}`);
  await Promise.all(names.map(name => failures.set(name, failing(name))));
  const [only, ...others] = failures.of(module);
  assert.deepEqual(others, []);
  assert.equal(
    only?.message,
    "Evaluation failed: no such option (200 machines: web-000, web-001, web-002 and 197 more)",
  );
  await failures.set("web-000", undefined);
  assert.match(String(failures.of(module)[0]?.message), /199 machines: web-001/);
});

test("a failure is gone when it is removed, or when its place is edited, and moves with edits elsewhere", async () => {
  const { failures, texts, changed } = begin();
  const edit = (text: string) => {
    texts.set(module, text);
    failures.didEdit(module, text);
  };
  await failures.set("a", failing("web"));
  edit("# a comment\n{\n  ngnix = true;\n}\n");
  assert.deepEqual(failures.of(module)[0]?.range, at(2, 2, 5));
  edit("# a comment\n{\n  nginx = true;\n}\n");
  assert.deepEqual(failures.of(module), []);
  await failures.set("a", failing("web"));
  changed.length = 0;
  await failures.set("a", undefined);
  assert.deepEqual([failures.of(module), changed], [[], [module]]);
});

test("a file that is not open is read again when it changes on disk", async () => {
  const { failures, texts } = begin();
  await failures.set("a", failing("web"));
  texts.set(module, "{\n\n  ngnix = true;\n}\n");
  await failures.didChangeFile(module);
  assert.deepEqual(failures.of(module)[0]?.range, at(2, 2, 5));
  texts.delete(module);
  await failures.didChangeFile(module);
  assert.deepEqual(failures.of(module), []);
});

test("the last of two failures of a machine counts, even if the place of the first is found later", async () => {
  const { failures } = begin();
  const first = failures.set("a", failing("web"));
  const second = failures.set("a", undefined);
  await Promise.all([first, second]);
  assert.deepEqual(failures.of(module), []);
});

test("a failure whose place is not known has no diagnostic", async () => {
  const { failures, changed } = begin([]);
  await failures.set("a", failing("web"));
  assert.deepEqual([failures.of(module), changed], [[], []]);
});
