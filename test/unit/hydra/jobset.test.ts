import assert from "node:assert/strict";
import { test } from "node:test";
import { driftOf } from "../../../server/src/hydra/jobset/drift.ts";
import { nixpkgsInput } from "../../../server/src/hydra/jobset/nixpkgsInput.ts";
import { morphInput, plannedJobset, specOf } from "../../../server/src/hydra/jobset/plannedJobset.ts";
import { gitInput, isSameGitInput, readRemote } from "../../../server/src/hydra/jobset/remote.ts";
import { type RepositoryFacts, repositoryWarnings } from "../../../server/src/hydra/jobset/warnings.ts";
import type { HydraFile, HydraJobset } from "../../../server/src/protocol.ts";
import { madeJobset } from "../../support/madeHydra.ts";

// The jobset that we would create, and what Hydra cannot see.

const revision = "8b1c5a7d3e90f00d8b1c5a7d3e90f00d8b1c5a7d";

const eiffel = {
  name: "eiffel",
  machines: ["eiffel"],
  expressionPath: "hydra/eiffel.nix",
  inputs: {
    nixpkgs: "https://github.com/NixOS/nixpkgs.git nixos-unstable",
    network: "https://example.org/network.git main",
    morph: "https://github.com/DBCDK/morph.git v1.8.0",
  },
};

test("how Hydra reaches a remote is read from its address, and a login is left out", () => {
  const rows = [
    ["https://example.org/a.git", "web", "https://example.org/a.git", false],
    ["https://user:token@example.org/a.git", "web", "https://example.org/a.git", true],
    ["git://example.org/a.git", "web", "git://example.org/a.git", false],
    ["git@example.org:a/b.git", "ssh", "git@example.org:a/b.git", false],
    ["host:a", "ssh", "host:a", false],
    ["ssh://git@example.org:2222/a.git", "ssh", "ssh://git@example.org:2222/a.git", false],
    ["/srv/git/a.git", "local", "/srv/git/a.git", false],
    ["../a:b", "local", "../a:b", false],
    ["file:///srv/a.git", "local", "file:///srv/a.git", false],
  ] as const;
  for (const [address, kind, url, hadLogin] of rows) {
    const remote = readRemote(address);
    assert.deepEqual([remote.kind, remote.url, remote.hadLogin], [kind, url, hadLogin], address);
  }
});

test("git inputs are the same whatever the end of the address and the options", () => {
  assert.ok(isSameGitInput("https://example.org/a.git main", "https://example.org/a/  main deepClone"));
  assert.ok(!isSameGitInput("https://example.org/a.git main", "https://example.org/a.git dev"));
  assert.equal(gitInput("/srv/my repositories/a", "main"), undefined);
});

test("nixpkgs is the revision that the repository pins, or else the branch nixos-unstable", () => {
  const unstable = "https://github.com/NixOS/nixpkgs.git nixos-unstable";
  const pinned = `https://github.com/NixOS/nixpkgs.git ${revision}`;
  const source = { owner: "NixOS", repo: "nixpkgs", rev: revision };
  const rows: readonly (readonly [string, unknown, string])[] = [
    ["nix/sources.json", { nixpkgs: source }, pinned],
    ["npins/sources.json", { pins: { nixpkgs: { repository: source, revision } } }, pinned],
    [
      "flake.lock",
      {
        root: "root",
        nodes: { root: { inputs: { nixpkgs: "nixpkgs_2" } }, nixpkgs_2: { locked: { type: "github", ...source } } },
      },
      pinned,
    ],
    ["flake.lock", { root: "root", nodes: { root: { inputs: { nixpkgs: ["a", "nixpkgs"] } } } }, unstable],
    ["nix/sources.json", { nixpkgs: { ...source, rev: "main; rm" } }, unstable],
    ["nix/sources.json", [], unstable],
  ];
  for (const [file, content, expected] of rows)
    assert.equal(nixpkgsInput(new Map([[file, JSON.stringify(content)]]), ""), expected, file);
  assert.equal(nixpkgsInput(new Map([["flake.lock", "{"]]), ""), unstable);
  const fetched = `{ network.pkgs = import (fetchTarball "https://github.com/NixOS/nixpkgs/archive/${revision}.tar.gz") { }; }`;
  assert.equal(nixpkgsInput(new Map(), fetched), pinned);
});

test("Morph's evaluator is that of the installed release", () => {
  assert.deepEqual(["1.8.0", "v1.7.0", "1.8.0-dirty", undefined].map(morphInput), [
    "https://github.com/DBCDK/morph.git v1.8.0",
    "https://github.com/DBCDK/morph.git v1.7.0",
    "https://github.com/DBCDK/morph.git master",
    "https://github.com/DBCDK/morph.git master",
  ]);
});

test("a jobset is checked every hour and keeps three evaluations", () => {
  const git = (value: string) => ({ type: "git", value });
  assert.deepEqual(plannedJobset(eiffel), {
    name: "eiffel",
    description: "Morph machine eiffel",
    enabled: 1,
    visible: true,
    expressionInput: "network",
    expressionPath: "hydra/eiffel.nix",
    checkInterval: 3600,
    schedulingShares: 100,
    keepEvaluations: 3,
    inputs: {
      nixpkgs: git(eiffel.inputs.nixpkgs),
      network: git(eiffel.inputs.network),
      morph: git(eiffel.inputs.morph),
    },
  } satisfies HydraJobset);
  const own = plannedJobset({ ...eiffel, inputs: { ...eiffel.inputs, morph: undefined } });
  assert.deepEqual(Object.keys(own.inputs), ["nixpkgs", "network"]);
});

test("an existing jobset keeps what we have no opinion of, and its other inputs", () => {
  const secrets = { type: "path", value: "/srv/secrets" };
  const { nixpkgs, network } = plannedJobset(eiffel).inputs;
  const existing = madeJobset("eiffel", {
    description: "The Pi",
    enabled: 3,
    visible: false,
    schedulingShares: 7,
    checkInterval: 300,
    inputs: {
      secrets,
      ...(nixpkgs && { nixpkgs }),
      ...(network && { network: { ...network, emailResponsible: true } }),
    },
  });
  const planned = plannedJobset({ ...eiffel, existing });
  assert.deepEqual(
    [planned.description, planned.enabled, planned.visible, planned.schedulingShares, planned.inputs.secrets],
    ["The Pi", 3, false, 7, secrets],
  );
  assert.equal(planned.inputs.network?.emailResponsible, true);
  assert.deepEqual(driftOf(existing, planned), [
    { field: "Check interval", theirs: "300", ours: "3600" },
    { field: "inputs.morph", theirs: undefined, ours: "git: https://github.com/DBCDK/morph.git v1.8.0" },
  ]);
  assert.deepEqual(driftOf(planned, planned), []);
  assert.equal(plannedJobset({ ...eiffel, existing: { ...existing, enabled: 0 } }).enabled, 1);
});

test("the entry for spec.json has the keys that Hydra knows, and no others", () => {
  const entry = JSON.parse(specOf(plannedJobset(eiffel))).eiffel;
  assert.deepEqual(entry, {
    enabled: 1,
    hidden: false,
    description: "Morph machine eiffel",
    nixexprinput: "network",
    nixexprpath: "hydra/eiffel.nix",
    checkinterval: 3600,
    schedulingshares: 100,
    enableemail: false,
    emailoverride: "",
    keepnr: 3,
    inputs: {
      nixpkgs: { type: "git", value: eiffel.inputs.nixpkgs, emailresponsible: false },
      network: { type: "git", value: eiffel.inputs.network, emailresponsible: false },
      morph: { type: "git", value: eiffel.inputs.morph, emailresponsible: false },
    },
  });
});

test("what Hydra cannot see or cannot reach is a warning; without a remote there is nothing to create", () => {
  const clean: RepositoryFacts = {
    root: "/w",
    branch: "main",
    remote: { name: "origin", branch: "main" },
    changed: [],
    changes: 0,
    unpushed: 0,
  };
  const web = readRemote("https://example.org/a.git");
  const file = (path: string, state: HydraFile["state"]): HydraFile => ({
    uri: `file:///w/${path}`,
    path,
    text: "",
    state,
  });
  const codes = (facts: Partial<RepositoryFacts>, remote = web, ...files: HydraFile[]) =>
    repositoryWarnings({ ...clean, ...facts }, remote, files).map(({ code, severity }) => `${severity} ${code}`);
  assert.deepEqual(codes({}), []);
  assert.deepEqual(codes({ changed: ["a"], changes: 1 }), ["warning hydra-not-committed"]);
  assert.deepEqual(codes({}, web, file("hydra/a.nix", "missing")), ["warning hydra-not-committed"]);
  assert.deepEqual(codes({}, web, file("hydra/a.nix", "other")), ["info hydra-own-file"]);
  assert.deepEqual(codes({ unpushed: 2 }), ["warning hydra-not-pushed"]);
  assert.deepEqual(codes({ unpushed: undefined }), ["warning hydra-not-pushed"]);
  assert.deepEqual(codes({}, readRemote("git@example.org:a.git")), ["warning hydra-remote-ssh"]);
  assert.deepEqual(codes({}, readRemote("/srv/a.git")), ["warning hydra-remote-local"]);
  assert.deepEqual(codes({}, readRemote("/srv/a b.git")), ["error hydra-bad-remote", "warning hydra-remote-local"]);
  assert.deepEqual(codes({}, readRemote("https://u:p@example.org/a.git")), ["warning hydra-remote-login"]);
  const codesWithout = (facts: Partial<RepositoryFacts>) =>
    repositoryWarnings({ ...clean, ...facts, remote: undefined }, undefined, []).map(({ code, severity }) => [
      severity,
      code,
    ]);
  assert.deepEqual(codesWithout({}), [["error", "hydra-no-remote"]]);
  assert.deepEqual(codesWithout({ branch: undefined }), [["error", "hydra-no-branch"]]);
});

test("a file that is changed and not written yet is listed once, and many are cut", () => {
  const changed = ["hydra/a.nix", ...Array.from({ length: 20 }, (_, index) => `f${index}`)];
  const files: HydraFile[] = [{ uri: "file:///w/hydra/a.nix", path: "hydra/a.nix", text: "", state: "outdated" }];
  const facts = {
    root: "/w",
    branch: "main",
    remote: { name: "origin", branch: "main" },
    changed,
    changes: 30,
    unpushed: 0,
  };
  const [problem] = repositoryWarnings(facts, readRemote("https://example.org/a"), files);
  assert.match(problem?.message ?? "", /: 30$/);
  assert.equal(problem?.detail?.split("\n").length, 21);
  assert.match(problem?.detail ?? "", /^hydra\/a\.nix\nf0\n[\s\S]*\n10 more$/);
});
