// `npm run attack -- NAME [--seed N] [--trials N]`: prints one line of JSON for each attack, and what it found on stderr.
// Ends with 1 when an attack found anything.
import { parseArgs } from "node:util";
import { type Attack, runAttack } from "./attack.ts";
import { cancels } from "./cancels.ts";
import { kills } from "./kills.ts";
import { links } from "./links.ts";
import { narinfos } from "./narinfos.ts";
import { records } from "./records.ts";
import { requests } from "./requests.ts";
import { streams } from "./streams.ts";
import { windows } from "./windows.ts";

const attacks: readonly Attack[] = [kills, cancels, records, requests, streams, narinfos, windows, links];
const number = { type: "string" } as const;
const { values, positionals } = parseArgs({ options: { seed: number, trials: number }, allowPositionals: true });
const [name = ""] = positionals;
const chosen = attacks.filter(attack => name === "all" || attack.name === name);
const seed = values.seed === undefined ? Math.floor(Math.random() * 2 ** 31) : Number(values.seed);
const trials = values.trials === undefined ? undefined : Number(values.trials);
const isCount = (value: number | undefined) => value === undefined || (Number.isSafeInteger(value) && value >= 0);
if (chosen.length === 0 || positionals.length > 1 || !isCount(seed) || !isCount(trials)) {
  const names = [...attacks.map(attack => attack.name), "all"].join(", ");
  process.stderr.write(`usage: npm run attack -- NAME [--seed N] [--trials N], where NAME is one of: ${names}\n`);
  process.exit(2);
}

for (const attack of chosen) {
  const { report, faults } = await runAttack(attack, { seed, trials });
  process.stdout.write(`${JSON.stringify(report)}\n`);
  if (!faults.isNone) process.exitCode = 1;
}
