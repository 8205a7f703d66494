import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { stepsIn } from "../../../../server/src/hydra/client/steps.ts";
import { fixturesDir } from "../../../support/fixtures.ts";
import { type Capture, captures } from "../../../support/hydra/captures.ts";
import { clientOf, codeOf, resultOf, scripted } from "../../../support/scriptedHydra.ts";

// The client reads what real servers have answered.

/** A server that answers each path as a capture does, the last one that is named first. */
function replaying(flavour: "2023" | "2026", ...names: readonly string[]) {
  const all = captures(flavour);
  const wanted = names.map(name => all.find(each => each.name === name)).filter(each => each !== undefined);
  assert.equal(wanted.length, names.length);
  return scripted(({ method, path: asked }) => {
    const found = wanted.find(({ request }) => request.method === method && request.path === decodeURIComponent(asked));
    return found === undefined ? [404, { error: "Page not found." }] : answerOf(found);
  });
}

function answerOf({ response: { status, headers, body } }: Capture) {
  const kept = headers.filter(([name]) => /^(?:location|content-type|set-cookie)$/i.test(name));
  return [status, body ?? "", Object.fromEntries(kept.map(([name, value]) => [name.toLowerCase(), value]))] as const;
}

function page(folder: string, file: string): string {
  return fs.readFileSync(path.join(fixturesDir, folder, file), "utf8");
}

describe("a server of 2026", () => {
  it("signs in with a redirect, and says what its user may do", async () => {
    const { url } = await replaying("2026", "05-login", "09-get-project");
    assert.deepEqual(resultOf(await clientOf(url).connect("morph")), {
      url,
      project: "morph",
      user: "alice",
      roles: ["admin"],
      hasProject: true,
      missing: [],
    });
  });

  it("refuses a wrong password", async () => {
    const { url } = await replaying("2026", "03-login-bad-password");
    assert.equal(codeOf(await clientOf(url).connect("morph")), "hydra-login");
  });

  it("that is private requires to sign in", async () => {
    const { url } = await replaying("2026", "C0-private-anon-get");
    assert.equal(codeOf(await clientOf(url, null).jobset("morph", "eiffel")), "hydra-signed-out");
  });

  it("has jobsets, evaluations and builds", async () => {
    const { url } = await replaying("2026", "21-get-jobset", "52-evals", "53-eval", "65-build-ok", "55-api-queue");
    const client = clientOf(url);
    const jobset = resultOf(await client.jobset("morph", "eiffel"));
    assert.deepEqual(Object.keys(jobset?.inputs ?? {}).toSorted(), ["network", "nixpkgs"]);
    const [evaluation] = resultOf(await client.evaluations("morph", "eiffel"));
    assert.deepEqual(resultOf(await client.evaluation(evaluation?.id ?? 0)), evaluation);
    assert.match(evaluation?.inputs.nixpkgs?.revision ?? "", /^[0-9a-f]{40}$/);
    const build = resultOf(await client.build(3));
    assert.ok(build?.isFinished === true && build.status === "succeeded");
    assert.match(build.outPath ?? "", /^\/nix\/store\/.*-nixos-system-eiffel-23\.11$/);
    assert.equal(build.queuedAt, 1_795_451_329_000);
    assert.deepEqual(resultOf(await client.queue(10)), [1, 2]);
  });

  it("has no status for a build that runs again", async () => {
    const { url } = await replaying("2026", "90b-build-after-restart");
    const build = resultOf(await clientOf(url).build(4));
    assert.deepEqual([build?.isFinished, build?.status], [false, undefined]);
  });

  it("triggers, or says why not", async () => {
    const triggered = await replaying("2026", "32-push");
    assert.equal(codeOf(await clientOf(triggered.url).trigger("morph", "eiffel")), undefined);
    const unknown = await replaying("2026", "37-push-unknown-jobset", "29i-get-jobset-404");
    assert.equal(codeOf(await clientOf(unknown.url).trigger("morph", "nope")), "hydra-no-jobset");
    const forbidden = await replaying("2026", "99b-bob-push");
    assert.equal(codeOf(await clientOf(forbidden.url).trigger("morph", "eiffel")), "hydra-role");
  });

  it("says what cannot be cancelled", async () => {
    const { url } = await replaying("2026", "93c-cancel-finished");
    assert.match(JSON.stringify(await clientOf(url).cancel(4)), /hydra-refused.*This build cannot be cancelled/);
  });

  it("has steps in the page of a build", () => {
    const done = stepsIn(page("hydra", "html-build-3.html"));
    assert.deepEqual(
      done.map(({ nr, state, machine, duration, hasLog }) => ({ nr, state, machine, duration, hasLog })),
      [
        { nr: 1, state: "succeeded", machine: "localhost", duration: 1000, hasLog: true },
        { nr: 2, state: "succeeded", machine: "localhost", duration: 5000, hasLog: true },
      ],
    );
    const [running] = stepsIn(page("hydra", "html-build-running.html"));
    assert.deepEqual([running?.state, running?.phase], ["running", "Building"]);
    assert.ok(stepsIn(page("hydra", "html-build-4.html")).some(({ state }) => state === "failed"));
  });
});

describe("a server of 2023", () => {
  it("has errors of an evaluation with its jobset", async () => {
    const { url } = await replaying("2023", "51-get-jobset");
    assert.match(resultOf(await clientOf(url).evaluationErrors("morph", "eiffel")), /^in job ‘tests\.eval-error’:\n/);
  });

  it("signs in, triggers, and has evaluations and builds", async () => {
    const { url } = await replaying("2023", "05-login", "31-push-post", "52-evals", "60-build", "32-push-unknown");
    const client = clientOf(url);
    assert.equal(resultOf(await client.connect("morph")).hasProject, false);
    assert.equal(codeOf(await client.trigger("morph", "eiffel")), undefined);
    assert.equal(codeOf(await client.trigger("morph", "nope")), "hydra-no-jobset");
    assert.deepEqual(resultOf(await client.evaluations("morph", "eiffel"))[0]?.builds, [1, 2]);
    assert.equal(resultOf(await client.build(1))?.status, "succeeded");
  });

  it("leads from the log of a step to its derivation", async () => {
    const { url } = await replaying("2023", "62-step", "70-nixlog");
    assert.equal(resultOf(await clientOf(url).hasStep(2, 1)), true);
  });
});
