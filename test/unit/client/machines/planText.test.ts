import assert from "node:assert/strict";
import { test } from "node:test";
import { planText } from "../../../../client/src/machines/planText.ts";
import type { Evaluation, Plan, PlanSources } from "../../../../server/src/protocol.ts";
import { someEvaluation } from "../../../support/records.ts";
import { english } from "../samples.ts";

const some = (count: number) => Array.from({ length: count }, (_, index) => `/nix/store/${index}`);
const sources: PlanSources = { build: 5, fetch: [], refused: [], unknown: 0 };
const cache = "http://build.example";

const text = (plan: Partial<Plan>) => {
  const evaluation: Evaluation = someEvaluation({ machine: "eiffel", plan: { build: [], fetch: [], ...plan } });
  return planText({ ...evaluation, system: "aarch64-linux" }, english);
};

const cases: readonly [name: string, plan: Partial<Plan>, expected: string][] = [
  ["nothing to do", {}, "eiffel: aarch64-linux, up to date"],
  ["only numbers are known", { build: some(5), fetch: some(7) }, "eiffel: aarch64-linux, 5 to build, 7 to fetch"],
  ["nothing to fetch", { build: some(5), sources }, "eiffel: aarch64-linux, 5 to build, 0 to fetch"],
  [
    "several caches and keys",
    {
      build: some(5),
      fetch: some(1199),
      sources: {
        ...sources,
        fetch: [
          { cache, key: "build-1", paths: 1190 },
          { cache: "https://cache.nixos.org", key: "cache.nixos.org-1", paths: 8 },
          { cache: "https://cache.nixos.org", paths: 1 },
        ],
      },
    },
    "eiffel: aarch64-linux, 1,204 paths: 1,190 from http://build.example signed by build-1, 8 from https://cache.nixos.org signed by cache.nixos.org-1, 1 from https://cache.nixos.org, 5 to build",
  ],
  [
    "signatures that Nix does not accept",
    {
      build: some(1),
      fetch: some(4),
      sources: { ...sources, refused: [{ cache, status: "unsigned", paths: 4, example: "/nix/store/1" }] },
    },
    "eiffel: aarch64-linux, 5 paths: 5 to build. Caches have 4 of the paths to build, but not signed by a trusted key",
  ],
  [
    "a cache that does not answer, and a daemon that remembers",
    { build: some(1), fetch: some(4), sources: { ...sources, unknown: 2 }, missesRememberedFor: 3600 },
    "eiffel: aarch64-linux, 5 paths: 5 to build. A cache that may have 2 of them does not answer. Nix's daemon remembers for 1 h 0 min that no cache has what is to be built",
  ],
];

for (const [name, plan, expected] of cases) test(`plan: ${name}`, () => assert.equal(text(plan), expected));
