// A short version of each attack of `npm run attack`: docs/attack.md.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Attack, runAttack } from "../attack/attack.ts";
import { cancels } from "../attack/cancels.ts";
import { kills } from "../attack/kills.ts";
import { links } from "../attack/links.ts";
import { narinfos } from "../attack/narinfos.ts";
import { records } from "../attack/records.ts";
import { requests } from "../attack/requests.ts";
import { streams } from "../attack/streams.ts";
import { windows } from "../attack/windows.ts";

const seed = 9;

/** Attack -> what it attacks with, and how many trials are made here. */
const short: readonly (readonly [attack: Attack, what: string, trials: number])[] = [
  [kills, "kills of the server and the supervisor", 8],
  [cancels, "cancels at any moment", 8],
  [records, "damaged records", 45],
  [requests, "junk in requests, notifications and frames", 800],
  [streams, "mutated lines of event streams", 5000],
  [narinfos, "mutated narinfos", 5000],
  [windows, "two windows on one storage folder", 12],
  [links, "cuts of the link to a builder", 2],
];

describe("an attack", { concurrency: 2 }, () => {
  for (const [attack, what, trials] of short)
    it(`with ${what} loses nothing, doubles nothing, hangs nothing and mistakes nothing`, async () => {
      const { faults } = await runAttack(attack, { seed, trials });
      assert.deepEqual(faults.descriptions, []);
    });
});
