import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluationProblems, jobsetPage, type ShownJobset } from "../../../../client/src/jobsets/jobsetPage.ts";
import { commandIds } from "../../../../client/src/manifest.ts";
import type { HydraDryEvaluation, HydraJobsetPlan, Problem } from "../../../../server/src/protocol.ts";
import { english } from "../samples.ts";

// The page about a Hydra jobset.

const names = { l10n: english, pathOf: (uri: string) => uri.replace("file:///w/", ""), timeOf: (time: string) => time };
const params = { uri: "file:///w/network.nix", machines: ["eiffel"] };
const url = "https://hydra.example.org";

const plan: HydraJobsetPlan = {
  url,
  project: "morph",
  page: `${url}/jobset/morph/eiffel`,
  projectExists: true,
  jobset: {
    name: "eiffel",
    description: "Morph machine eiffel",
    enabled: 1,
    visible: true,
    expressionInput: "network",
    expressionPath: "hydra/eiffel.nix",
    checkInterval: 3600,
    schedulingShares: 100,
    keepEvaluations: 3,
    inputs: { network: { type: "git", value: "https://example.org/network.git main" } },
  },
  files: [
    { uri: "file:///w/hydra/default.nix", path: "hydra/default.nix", text: "{ }\n", state: "same" },
    { uri: "file:///w/hydra/eiffel.nix", path: "hydra/eiffel.nix", text: "import x\n", state: "missing" },
  ],
  warnings: [],
  spec: "{}\n",
};

const evaluation: HydraDryEvaluation = {
  jobset: "eiffel",
  expressionPath: "hydra/eiffel.nix",
  files: [],
  inputs: { network: "/w", nixpkgs: "/nixpkgs" },
  jobs: [{ job: "eiffel", machine: "eiffel", drvPath: "/nix/store/x.drv", isSame: true }],
};

const linesOf = (shown: Partial<ShownJobset>) =>
  jobsetPage({ params, plan, ...shown }, names).lines.map(({ text }) => text);
const actionsOf = (changed: Partial<HydraJobsetPlan>) =>
  jobsetPage({ params, plan: { ...plan, ...changed } }, names).actions.map(({ text }) => text);

test("the page shows the jobset and its files before anything is sent", () => {
  assert.deepEqual(linesOf({}), [
    "Hydra jobset morph:eiffel",
    "",
    "https://hydra.example.org does not have this jobset yet.",
    "https://hydra.example.org/jobset/morph/eiffel",
    "",
    "Actions (click a line, or press Enter in it)",
    "→ Write Files",
    "→ Evaluate as Hydra Would",
    "→ Create Jobset",
    "→ Copy Entry for spec.json",
    "→ Refresh",
    "",
    "Jobset",
    "  Morph machine eiffel",
    "  enabled",
    "  Expression: hydra/eiffel.nix of input network",
    "  The inputs are checked every 60 minutes",
    "  Evaluations that are kept: 3",
    "  Input network: git https://example.org/network.git main",
    "",
    "Files",
    "→ hydra/default.nix",
    "",
    "hydra/eiffel.nix (to be written)",
    "  import x",
  ]);
});

test("every action of the page is about the machines of the page", () => {
  const { actions } = jobsetPage({ params, plan }, names);
  const given = actions.flatMap(({ action }) => (action.kind === "command" ? [action.command] : []));
  assert.deepEqual(
    given.map(({ command, arguments: args }) => [command, args?.[0] === params]),
    [
      [commandIds.writeHydraFiles, true],
      [commandIds.evaluateAsHydra, true],
      [commandIds.putHydraJobset, true],
      [commandIds.copySnippet, false],
      [commandIds.createHydraJobset, true],
    ],
  );
});

test("a jobset is sent only if there is a server that can be asked, a repository to read and something to change", () => {
  const problem = { code: "hydra-unreachable", severity: "error", message: "Hydra does not answer." } as const;
  const noRemote = { code: "hydra-no-remote", severity: "error", message: "no remote" } as const;
  const drift = [{ field: "Check interval", theirs: "300", ours: "3600" }];
  const sent = (changed: Partial<HydraJobsetPlan>) =>
    actionsOf(changed).filter(text => text === "Create Jobset" || text === "Update Jobset");
  assert.deepEqual(sent({}), ["Create Jobset"]);
  assert.deepEqual(sent({ projectExists: false }), ["Create Jobset"]);
  assert.deepEqual(sent({ drift }), ["Update Jobset"]);
  assert.deepEqual(sent({ drift: [] }), []);
  assert.deepEqual(sent({ url: "" }), []);
  assert.deepEqual(sent({ problem }), []);
  assert.deepEqual(sent({ warnings: [noRemote] }), []);
  assert.deepEqual(sent({ warnings: [{ ...noRemote, severity: "warning" }] }), ["Create Jobset"]);
});

test("differences, warnings with their details and the evaluation are shown", () => {
  const warning: Problem = { code: "hydra-not-committed", severity: "warning", message: "Commit.", detail: "a\nb" };
  const drift = [
    { field: "Check interval", theirs: "300", ours: "3600" },
    { field: "Description", theirs: "", ours: "x" },
    { field: "inputs.morph", ours: "git: x" },
  ];
  const text = linesOf({ plan: { ...plan, drift, warnings: [warning] }, evaluation }).join("\n");
  for (const lines of [
    "To do\n  Commit.\n    a\n    b\n",
    "Check interval: 300 becomes 3600\n  Description: not set becomes x\n  inputs.morph: not set becomes git: x\n",
    "Evaluated as Hydra would\n  eiffel: the same derivation as the machine's own evaluation\n",
    "  network: /w\n  nixpkgs: /nixpkgs\n",
  ])
    assert.ok(text.includes(lines), lines);
});

test("what Hydra would refuse has its place and its fixes as lines to click", () => {
  const range = { start: { line: 11, character: 4 }, end: { line: 11, character: 9 } };
  const problem: Problem = {
    code: "hydra-restricted",
    severity: "error",
    message: "Hydra may not download x.",
    location: { uri: "file:///w/network.nix", range },
    fixes: [{ title: "Copy Setting", command: commandIds.copySnippet, arguments: [{}] }],
  };
  const failed = {
    ...evaluation,
    jobs: [
      { job: "eiffel", problem },
      { job: "web", drvPath: "/x.drv", isSame: false },
    ],
  };
  const { lines } = jobsetPage({ params, plan, evaluation: failed }, names);
  const at = lines.findIndex(({ text }) => text === "  eiffel: Hydra may not download x.");
  assert.deepEqual(
    lines.slice(at + 1, at + 5).map(({ text, action }) => [text, action?.kind]),
    [
      ["→ Show network.nix:12", "location"],
      ["→ Copy Setting", "command"],
      ["  web: not the derivation of the machine's own evaluation", undefined],
      ["    /x.drv", undefined],
    ],
  );
  assert.deepEqual(evaluationProblems(failed), [problem]);
});
