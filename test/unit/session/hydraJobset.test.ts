import assert from "node:assert/strict";
import { test } from "node:test";
import type { HydraJobset } from "../../../server/src/protocol.ts";
import type { SessionContext } from "../../../server/src/session/handlers/context.ts";
import { createJobset } from "../../../server/src/session/handlers/hydraJobset.ts";
import { defaultSettings } from "../../../server/src/settings/settings.ts";
import { madeHydra, madeJobset } from "../../support/madeHydra.ts";

// Creating a jobset as it was shown.

const { signal } = new AbortController();

/** A session with a Hydra server, and what was written there. */
function made(project = "morph") {
  const written: (string | HydraJobset)[] = [];
  const api = {
    ...madeHydra({ jobsets: [], evaluations: {}, builds: [] }),
    createProject: (name: string) => {
      written.push(name);
      return Promise.resolve({ value: null });
    },
    putJobset: (_: string, jobset: HydraJobset) => {
      written.push(jobset);
      return Promise.resolve({ value: null });
    },
  };
  const context = { hydraOf: () => ({ api, project }), evaluation: { settings: () => defaultSettings } };
  return { session: context as unknown as SessionContext, written };
}

const jobset = madeJobset("eiffel");
const url = "https://hydra.example.org";

test("a jobset is created as it was shown, with its project if there is none", async () => {
  const [existing, absent] = [made(), made("office")];
  assert.deepEqual(await createJobset(existing.session, { url, project: "morph", jobset }, signal), { value: null });
  assert.deepEqual(existing.written, [jobset]);
  assert.deepEqual(await createJobset(absent.session, { url, project: "office", jobset }, signal), { value: null });
  assert.deepEqual(absent.written, ["office", jobset]);
});

test("nothing is written if the settings name another server or project than the one that was shown", async () => {
  for (const shown of [
    { url: "https://other.example.org", project: "morph" },
    { url, project: "office" },
  ]) {
    const { session, written } = made();
    const outcome = await createJobset(session, { ...shown, jobset }, signal);
    assert.equal("problem" in outcome && outcome.problem.code, "hydra-changed");
    assert.deepEqual(written, []);
  }
});
