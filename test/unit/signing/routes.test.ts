import assert from "node:assert/strict";
import { test } from "node:test";
import { type RoutedPath, type RouteTarget, routeVerdicts } from "../../../server/src/signing/routes/routes.ts";
import { storePath } from "../../support/streams.ts";

// Whether eiffel will accept a closure depends on how it gets there.

const target: RouteTarget = {
  machine: "eiffel",
  login: "root",
  trusts: "yes",
  requiresSignatures: true,
  substitutes: false,
};

function path(name: string, fields: Partial<RoutedPath> = {}): RoutedPath {
  return { path: storePath(name), copied: "no", substituted: "no", fetched: "no", ...fields };
}

const builtHere = path("built");
const everywhere = path("signed", { copied: "yes", substituted: "yes", fetched: "yes" });
const inItsCache = path("there", { substituted: "yes" });
const unanswered = path("unanswered", { substituted: "unknown", fetched: "unknown" });

type Case = readonly [
  paths: readonly RoutedPath[],
  target: Partial<RouteTarget>,
  expected: Readonly<Record<string, readonly [string, accepted: number, refused: number, unknown: number]>>,
];

const cases: Readonly<Record<string, Case>> = {
  "root pushes what was built here": [
    [builtHere, everywhere],
    {},
    {
      push: ["accepted", 2, 0, 0],
      substitute: ["accepted", 2, 0, 0],
      copy: ["refused", 1, 1, 0],
      fetch: ["refused", 1, 1, 0],
    },
  ],
  "a user whom it does not trust pushes it": [
    [builtHere, everywhere],
    { login: "ada", trusts: "no" },
    { push: ["refused", 1, 1, 0], substitute: ["refused", 1, 1, 0], copy: ["refused", 1, 1, 0] },
  ],
  "such a user pushes what is signed": [
    [everywhere],
    { login: "ada", trusts: "no" },
    {
      push: ["accepted", 1, 0, 0],
      copy: ["accepted", 1, 0, 0],
      substitute: ["accepted", 1, 0, 0],
      fetch: ["accepted", 1, 0, 0],
    },
  ],
  "such a user, and its own caches have what is not signed here": [
    [inItsCache, everywhere],
    { login: "ada", trusts: "no", substitutes: true },
    { push: ["refused", 1, 1, 0], substitute: ["accepted", 2, 0, 0], copy: ["refused", 1, 1, 0] },
  ],
  "it is unknown who logs in": [
    [builtHere, everywhere],
    { login: undefined, trusts: "unknown" },
    { push: ["unknown", 1, 0, 1], substitute: ["unknown", 1, 0, 1], copy: ["refused", 1, 1, 0] },
  ],
  "it needs no signatures": [
    [builtHere, unanswered],
    { login: "ada", trusts: "no", requiresSignatures: false },
    {
      push: ["accepted", 2, 0, 0],
      substitute: ["accepted", 2, 0, 0],
      copy: ["accepted", 2, 0, 0],
      fetch: ["refused", 0, 1, 1],
    },
  ],
  "a cache does not answer": [
    [everywhere, unanswered],
    {},
    { push: ["accepted", 2, 0, 0], substitute: ["accepted", 2, 0, 0], fetch: ["unknown", 1, 0, 1] },
  ],
};

for (const [name, [paths, fields, expected]] of Object.entries(cases)) {
  test(`routes: ${name}`, () => {
    const verdicts = routeVerdicts(paths, { ...target, ...fields });
    assert.deepEqual(
      verdicts.map(({ route }) => route),
      ["push", "substitute", "copy", "fetch"],
    );
    for (const [route, counts] of Object.entries(expected)) {
      const found = verdicts.find(verdict => verdict.route === route);
      assert.deepEqual(
        [found?.verdict, found?.accepted, found?.refused, found?.unknown],
        counts,
        `${route}: ${found?.why}`,
      );
    }
    assert.ok(verdicts.every(({ why }) => why !== ""));
  });
}

test("the route that Morph takes is marked", () => {
  const used = (substitutes: boolean) =>
    routeVerdicts([everywhere], { ...target, substitutes }).filter(verdict => verdict.used === true);
  assert.deepEqual(
    used(false).map(({ route }) => route),
    ["push"],
  );
  assert.deepEqual(
    used(true).map(({ route }) => route),
    ["substitute"],
  );
});

test("the reason names the machine, the user and how many paths lack a signature", () => {
  const [push] = routeVerdicts([builtHere, everywhere], { ...target, login: "ada", trusts: "no" });
  assert.match(push?.why ?? "", /eiffel does not trust ada.*1 of 2 have none/);
});

test("nothing is said about a closure of which nothing is known", () => {
  assert.deepEqual(routeVerdicts([], target), []);
});
