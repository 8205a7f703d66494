// Comparing the closures of two systems, each of 5,000 derivations, from files as in a store: they differ in the version label only, or
// in all derivations. Aim: below 300 ms.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { compareClosures } from "../../server/src/hydra/compare/compareClosures.ts";
import { readDerivationText } from "../../server/src/nix/derivations/text.ts";
import { runInSlices } from "../../server/src/util/slices.ts";
import { type MadeDerivations, makeDerivations } from "../support/madeDerivations.ts";
import { median, rounded } from "../support/statistics.ts";
import { removeTree, tempFolder } from "../support/temp.ts";

const count = 5000;
const runs = 7;

const home = tempFolder("hydra");
const folder = path.join(home, "store");
mkdirSync(folder);

function made(label: string, nixpkgs: string): MadeDerivations {
  const derivations = makeDerivations({ count, folder, label, nixpkgs });
  for (const [file, text] of derivations.files) writeFileSync(file, text);
  return derivations;
}

const ours = made("26.05pre-git", "1");
const cases = {
  label: made("26.05.20260823.abcdef", "1"),
  everything: made("26.05.20260901.fedcba", "2"),
};

for (const [name, theirs] of Object.entries(cases)) {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    const steps = compareClosures(theirs.root, ours.root, readDerivationText, {
      theirs: "26.05.20260823.abcdef",
      ours: "26.05pre-git",
    });
    const compared = await runInSlices(steps, new AbortController().signal);
    times.push(performance.now() - began);
    if (compared?.total !== count) throw new Error(JSON.stringify(compared)?.slice(0, 2000));
    if (run === 0) process.stderr.write(`${compared.same} of ${compared.total}; ${compared.causes.length} causes\n`);
  }
  process.stdout.write(
    `${JSON.stringify({ bench: "hydra", differs: name, derivations: count, ms: rounded(median(times)), slowestMs: rounded(Math.max(...times)) })}\n`,
  );
}
await removeTree(home);
