import assert from "node:assert/strict";
import { test } from "node:test";
import { comparisonPage } from "../../../client/src/hydra/comparisonPage.ts";
import { comparisonText } from "../../../client/src/hydra/comparisonText.ts";
import { errorProblem } from "../../../server/src/outcome.ts";
import type { HydraCause, HydraComparison } from "../../../server/src/protocol.ts";
import { aHydraMachine, english, noon } from "./samples.ts";

const { build } = aHydraMachine();
assert.ok(build);
const same: HydraComparison = {
  machine: "eiffel",
  url: "https://hydra.example.org",
  project: "morph",
  jobset: "eiffel",
  build,
  ours: "/nix/store/1-x.drv",
  theirs: "/nix/store/1-x.drv",
  closure: { total: 1245, same: 1245 },
  causes: [],
  reasons: [],
};
const differs: HydraComparison = { ...same, ours: "/nix/store/2-x.drv", closure: { total: 1245, same: 1238 } };
const cause = (name: string, isLabel = false): HydraCause => {
  return { name, parts: [{ kind: "variable", name: "text" }], isLabel };
};

for (const [comparison, expected] of [
  [same, "The same as what you would deploy"],
  [
    { ...differs, causes: [cause("etc-os-release", true)], reasons: [{ kind: "version label" }] },
    "1,238 of 1,245 derivations are the same; 7 differ because of the NixOS version label",
  ],
  [
    { ...differs, causes: [cause("glibc")], reasons: [{ kind: "nixpkgs", theirs: "a", ours: "b" }] },
    "1,238 of 1,245 derivations are the same; 7 differ: revision of nixpkgs",
  ],
  [
    { ...differs, causes: [cause("glibc")], reasons: [{ kind: "network" }, { kind: "dirty" }] },
    "1,238 of 1,245 derivations are the same; 7 differ",
  ],
  [{ ...differs, closure: undefined }, "Not the same as what you would deploy"],
] as const)
  test(`a comparison in a sentence: ${expected}`, () => {
    assert.equal(comparisonText(comparison, english), expected);
  });

const names = { l10n: english, pathOf: (uri: string) => uri, timeOf: (time: string) => time };

function pageOf(comparison: HydraComparison): { readonly text: string; readonly actions: readonly string[] } {
  const { lines, actions } = comparisonPage("file:///n.nix", comparison, names, noon);
  return { text: lines.map(({ text }) => text).join("\n"), actions: actions.map(({ text }) => text) };
}

test("what is the same can be fetched, and what Hydra has not built yet cannot", () => {
  assert.deepEqual(pageOf(same).actions, ["Fetch from Cache", "Compare Again", "Open in Hydra"]);
  const running = { ...same, build: { ...build, state: "building" } } as const;
  assert.deepEqual(pageOf(running).actions, ["Compare Again", "Open in Hydra"]);
});

test("the page names inputs and derivations that differ", () => {
  const { text, actions } = pageOf({
    ...differs,
    causes: [{ ...cause("glibc-2.40"), before: "glibc-2.39" }, cause("os-release", true)],
    reasons: [
      { kind: "nixpkgs", theirs: "a".repeat(40), ours: "b".repeat(40) },
      { kind: "dirty", ours: "network.nix" },
      { kind: "version label", ours: "26.05pre-git" },
    ],
  });
  assert.deepEqual(actions, ["Evaluate with Hydra's Inputs", "Compare Again", "Open in Hydra"]);
  for (const line of [
    "eiffel: 1,238 of 1,245 derivations are the same; 7 differ",
    "Hydra build 7: succeeded, 2 h ago",
    "  revision of nixpkgs: aaaaaaaaaaaa on Hydra, bbbbbbbbbbbb here",
    "  Changes that are not committed: network.nix",
    "  NixOS version label: unknown on Hydra, 26.05pre-git here",
    "Derivations that differ by themselves (2)",
    "  glibc-2.40 (on Hydra glibc-2.39): variable text",
    "  os-release: only the version label",
  ])
    assert.ok(text.split("\n").includes(line), `${line} is not in\n${text}`);
});

test("thousands of derivations that differ are not all listed", () => {
  const causes = Array.from({ length: 1234 }, (_, index) => cause(`package-${index}`));
  const lines = pageOf({ ...differs, causes }).text.split("\n");
  assert.ok(lines.includes("  1,134 more"));
  assert.ok(lines.length < 150);
});

test("the page says what an evaluation with Hydra's inputs has shown, and what could not be compared", () => {
  const unread = errorProblem("hydra-no-derivation", "It is not here.");
  const reproduced = pageOf({ ...differs, closure: undefined, unread, replayed: { drvPath: differs.theirs } }).text;
  assert.match(reproduced, /Not compared\n {2}It is not here\./);
  assert.match(reproduced, /Evaluated here with Hydra's inputs\n {2}The same as Hydra's/);
  assert.match(
    pageOf({ ...differs, replayed: { drvPath: "/nix/store/3-x.drv" } }).text,
    /Not the same as Hydra's: .*3-x/,
  );
  const problem = errorProblem("no-checkout", "Cannot fetch.", "fatal: no such revision");
  assert.match(pageOf({ ...differs, replayed: { problem } }).text, /Cannot fetch\.\n {2}fatal: no such revision/);
});
