import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { jobsetBody } from "../../../../server/src/hydra/client/jobsetBody.ts";
import type { HydraJobset } from "../../../../server/src/protocol.ts";

const input = fc.record({
  name: fc.string(),
  type: fc.constantFrom("git", "string", "boolean", "nix"),
  value: fc.string(),
  emailresponsible: fc.boolean(),
  future: fc.string(),
});

/** A jobset with every field set, as a server has it, and one that we do not know. */
const stored = fc.record({
  name: fc.constant("eiffel"),
  project: fc.constant("morph"),
  description: fc.string(),
  enabled: fc.constantFrom(0, 1, 2, 3),
  visible: fc.boolean(),
  type: fc.constant(0),
  flake: fc.constant(""),
  nixexprinput: fc.string(),
  nixexprpath: fc.string(),
  checkinterval: fc.nat(),
  schedulingshares: fc.integer({ min: 1, max: 1000 }),
  keepnr: fc.nat(),
  enableemail: fc.boolean(),
  emailoverride: fc.string(),
  enable_dynamic_run_command: fc.boolean(),
  inputs: fc.dictionary(fc.stringMatching(/^[a-z][\w-]*$/), input),
  future: fc.oneof(fc.string(), fc.boolean(), fc.nat()),
  triggertime: fc.option(fc.nat()),
  starttime: fc.option(fc.nat()),
  lastcheckedtime: fc.option(fc.nat()),
  errortime: fc.option(fc.nat()),
  errormsg: fc.string(),
  fetcherrormsg: fc.string(),
});

type Stored = typeof stored extends fc.Arbitrary<infer T> ? T : never;

/** The flags that a server sets as soon as they are in the body, whatever their value. */
const flags = ["visible", "enableemail", "enable_dynamic_run_command", "emailresponsible", "future"] as const;

/** The jobset after a PUT, as Hydra's Perl takes the body: `defined` is true, what is absent is the default. */
function afterPut(body: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const flagged = (object: object) => ({
    ...object,
    ...Object.fromEntries(flags.filter(flag => Reflect.get(object, flag) === false).map(flag => [flag, true])),
  });
  const inputs = Object.entries((body.inputs ?? {}) as Readonly<Record<string, object>>);
  return { ...flagged(body), inputs: Object.fromEntries(inputs.map(([name, each]) => [name, flagged(each)])) };
}

/** What an object says if what is absent and what is false are the same. */
function said(object: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const state = ["project", "triggertime", "starttime", "lastcheckedtime", "errortime", "errormsg", "fetcherrormsg"];
  return Object.fromEntries(
    Object.entries(object)
      .filter(([name, value]) => value !== false && !state.includes(name))
      .map(([name, value]) => [name, typeof value === "object" && value !== null ? said({ ...value }) : value]),
  );
}

function ours(raw: Stored): HydraJobset {
  return {
    name: raw.name,
    description: raw.description,
    enabled: raw.enabled as HydraJobset["enabled"],
    visible: raw.visible,
    expressionInput: raw.nixexprinput,
    expressionPath: raw.nixexprpath,
    checkInterval: raw.checkinterval,
    schedulingShares: raw.schedulingshares,
    keepEvaluations: raw.keepnr,
    inputs: Object.fromEntries(
      Object.entries(raw.inputs).map(([name, { type, value, emailresponsible }]) => [
        name,
        { type, value, ...(emailresponsible && { emailResponsible: true }) },
      ]),
    ),
  };
}

test("after a change of the interval everything else is as it was", () => {
  fc.assert(
    fc.property(stored, fc.nat(), (raw, checkInterval) => {
      const named = Object.entries(raw.inputs).map(([name, each]) => [name, { ...each, name }]);
      const before = { ...raw, inputs: Object.fromEntries(named) as Stored["inputs"] };
      const body = jobsetBody({ ...ours(before), checkInterval }, before);
      assert.deepEqual(said(afterPut(body)), said({ ...before, checkinterval: checkInterval }));
    }),
  );
});

test("a flag that was cleared stays cleared, and a visible jobset can be hidden", () => {
  fc.assert(
    fc.property(stored, raw => {
      const body = jobsetBody({ ...ours(raw), visible: false }, raw);
      assert.ok(!("visible" in body));
      assert.ok(!JSON.stringify(body).includes(":false"));
    }),
  );
});

test("an input that is no longer wanted is removed, and a new one is added", () => {
  const [raw] = fc.sample(stored, { numRuns: 1, seed: 1 });
  assert.ok(raw !== undefined);
  const inputs = { network: { type: "git", value: "https://example.org/network.git main" } };
  assert.deepEqual(jobsetBody({ ...ours(raw), inputs }, raw).inputs, {
    network: { name: "network", type: "git", value: "https://example.org/network.git main" },
  });
});

test("a jobset that was renamed keeps its new name", () => {
  const [raw] = fc.sample(stored, { numRuns: 1, seed: 1 });
  assert.ok(raw !== undefined);
  assert.equal(jobsetBody(ours(raw), { ...raw, name: "tower" }).name, "tower");
});
