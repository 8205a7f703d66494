import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { clientOf, codeOf, type Reply, resultOf, scripted } from "../../../support/scriptedHydra.ts";

const stored = {
  name: "eiffel",
  project: "morph",
  description: "",
  enabled: 1,
  visible: true,
  enableemail: false,
  enable_dynamic_run_command: false,
  type: 0,
  nixexprinput: "network",
  nixexprpath: "hydra/eiffel.nix",
  checkinterval: 3600,
  schedulingshares: 100,
  keepnr: 3,
  inputs: {
    network: { name: "network", type: "git", value: "https://example.org/network.git", emailresponsible: false },
  },
  triggertime: 1795451062,
  starttime: null,
  lastcheckedtime: null,
  errormsg: "",
  fetcherrormsg: "",
};

/** A server with answers for paths; all others are 404. */
function answering(replies: Readonly<Record<string, Reply>>) {
  return scripted(({ method, path }) => replies[`${method} ${path}`] ?? [404, { error: "Page not found." }]);
}

describe("a jobset", () => {
  it("is read with its state, in milliseconds", async () => {
    const server = await answering({ "GET /jobset/morph/eiffel": [200, stored] });
    const state = resultOf(await clientOf(server.url).jobset("morph", "eiffel"));
    assert.deepEqual(state, {
      name: "eiffel",
      description: "",
      enabled: 1,
      visible: true,
      expressionInput: "network",
      expressionPath: "hydra/eiffel.nix",
      checkInterval: 3600,
      schedulingShares: 100,
      keepEvaluations: 3,
      inputs: { network: { type: "git", value: "https://example.org/network.git" } },
      triggeredAt: 1_795_451_062_000,
      isFlake: false,
    });
  });

  it("that does not exist is none", async () => {
    const server = await answering({});
    assert.equal(resultOf(await clientOf(server.url).jobset("morph", "eiffel")), undefined);
  });

  it("that was renamed is found, and changed under its new name", async () => {
    const renamed = { ...stored, name: "tower" };
    const server = await answering({
      "GET /jobset/morph/eiffel": [301, "", { location: "http://hydra.example.org/hydra/jobset/morph/tower" }],
      "GET /jobset/morph/tower": [200, renamed],
      "PUT /jobset/morph/tower": [200, { redirect: "" }],
    });
    const client = clientOf(server.url);
    const state = resultOf(await client.jobset("morph", "eiffel"));
    assert.ok(state !== undefined && state.name === "tower");
    resultOf(await client.putJobset("morph", { ...state, name: "eiffel", checkInterval: 600 }));
    const { body = "" } = server.received.at(-1) ?? {};
    const { name, checkinterval } = JSON.parse(body);
    assert.deepEqual([name, checkinterval], ["tower", 600]);
    assert.ok(!body.includes("false"), body);
  });

  it("renamed in a circle ends", async () => {
    const server = await scripted(({ path }) => [
      301,
      "",
      { location: path.endsWith("/a") ? "/jobset/morph/b" : "/jobset/morph/a" },
    ]);
    assert.equal(codeOf(await clientOf(server.url).jobset("morph", "a")), "hydra-refused");
  });

  it("of a flake is not overwritten", async () => {
    const server = await answering({ "GET /jobset/morph/eiffel": [200, { ...stored, type: 1 }] });
    const client = clientOf(server.url);
    const state = resultOf(await client.jobset("morph", "eiffel"));
    assert.ok(state?.isFlake === true);
    assert.equal(codeOf(await client.putJobset("morph", state)), "hydra-refused");
  });
});

describe("a trigger", () => {
  const push = "POST /api/push?jobsets=morph%3Aeiffel";

  it("has succeeded if the jobset is in the answer", async () => {
    const server = await answering({ [push]: [200, { jobsetsTriggered: ["morph:eiffel"] }] });
    resultOf(await clientOf(server.url).trigger("morph", "eiffel"));
  });

  it("of a jobset that is off, or of one that is missing, is a problem that says so", async () => {
    const off = await answering({ [push]: [200, { jobsetsTriggered: [] }], "GET /jobset/morph/eiffel": [200, stored] });
    assert.equal(codeOf(await clientOf(off.url).trigger("morph", "eiffel")), "hydra-disabled");
    // 2026: an error with 200; 2023: an empty list.
    for (const error of ["Caught exception in Hydra::Controller::API->push", undefined]) {
      const server = await answering({ [push]: [200, { jobsetsTriggered: [], error }] });
      assert.equal(codeOf(await clientOf(server.url).trigger("morph", "eiffel")), "hydra-no-jobset");
    }
  });

  it("with an error of the server for a jobset that exists shows the error", async () => {
    const answer: Reply = [200, { jobsetsTriggered: [], error: "database is locked" }];
    const server = await answering({ [push]: answer, "GET /jobset/morph/eiffel": [200, stored] });
    const refused = await clientOf(server.url).trigger("morph", "eiffel");
    assert.match(JSON.stringify(refused), /hydra-refused.*database is locked/);
  });
});

describe("errors of an evaluation", () => {
  it("come from a page of their own since 2024, and with the jobset before", async () => {
    const errormsg = "in job ‘eiffel’:\nerror: boom\n\n";
    const old = await answering({ "GET /jobset/morph/eiffel": [200, { ...stored, errormsg }] });
    const current = await answering({
      "GET /jobset/morph/eiffel": [200, stored],
      "GET /jobset/morph/eiffel/errors": [200, { ...stored, errormsg }],
    });
    for (const { url } of [old, current])
      assert.equal(resultOf(await clientOf(url).evaluationErrors("morph", "eiffel")), errormsg);
    const clean = await answering({ "GET /jobset/morph/eiffel": [200, stored] });
    assert.equal(resultOf(await clientOf(clean.url).evaluationErrors("morph", "eiffel")), "");
  });
});
