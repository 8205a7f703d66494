import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import fc from "fast-check";
import { syntaxFaults } from "../../server/src/syntax/strict/read.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { brokenNix, nixExpression, refusedNix, soundNix } from "../support/nixExpressions.ts";

// Our syntax check compared with Nix's own parser, in both directions.

let lab: Lab;

before(async () => {
  lab = await startLab();
});

after(() => lab.stop());

/** Nix's result for each text: undefined if it parses, else the message. */
async function verdicts(name: string, texts: readonly string[]): Promise<(string | undefined)[]> {
  const folder = path.join(lab.dir, name);
  fs.mkdirSync(folder);
  for (const [index, text] of texts.entries()) fs.writeFileSync(path.join(folder, `${index}.nix`), text);
  const each = 'nix-instantiate --parse "$0" > /dev/null 2> "$0.err" || echo refused >> "$0.err"';
  const { code } = await lab.nix("sh", ["-c", `ls *.nix | xargs -P 2 -n 1 sh -c '${each}'`], { cwd: folder });
  assert.equal(code, 0);
  return texts.map((_, index) => {
    const said = fs.readFileSync(path.join(folder, `${index}.nix.err`), "utf8");
    return said.endsWith("refused\n") ? said : undefined;
  });
}

/**
 * Checks in one process that Nix accepts texts, which is much faster. It ends at the first one that it refuses, and names it. That a
 * variable is not defined is not a question of syntax: where versions of Nix look for it differs.
 */
async function takesAll(name: string, texts: readonly string[]): Promise<void> {
  const folder = path.join(lab.dir, name);
  fs.mkdirSync(folder);
  const files = texts.map((text, index) => {
    const file = path.join(folder, `${index}.nix`);
    fs.writeFileSync(file, text);
    return file;
  });
  const unread = [...files];
  while (unread.length > 0) {
    const { code, stderr } = await lab.nix("nix-instantiate", ["--parse", ...unread]);
    if (code === 0) return;
    const refused = /(\d+)\.nix:\d+:\d+/.exec(stderr)?.[1] ?? "";
    assert.match(stderr, /undefined variable/, `${stderr}\n${texts[Number(refused)]}`);
    unread.splice(0, unread.indexOf(path.join(folder, `${refused}.nix`)) + 1);
  }
}

/** What differs between versions of Nix: pipes, which are newer than Debian's, and builtins that some lack. */
const isOtherwise = /\|>|<\||__/;

test("Nix accepts every text in the table of valid ones", () => takesAll("sound", Object.values(soundNix)));

test("Nix refuses every text in the table of refused ones", async () => {
  const texts = Object.values(refusedNix).map(([text]) => text);
  const said = await verdicts("refused", texts);
  assert.deepEqual(
    texts.filter((_, index) => said[index] === undefined),
    [],
  );
});

test("Nix accepts the same generated expressions as we do", async () => {
  const texts = [
    ...fc.sample(nixExpression, { numRuns: 3000, seed: 9 }),
    ...fc.sample(brokenNix, { numRuns: 1500, seed: 9 }),
  ].filter(text => !isOtherwise.test(text));
  const ours = [...new Set(texts)].map(text => ({ text, isSound: syntaxFaults(text).length === 0 }));
  const sound = ours.filter(({ isSound }) => isSound).map(({ text }) => text);
  const refused = ours.filter(({ isSound }) => !isSound).map(({ text }) => text);
  assert.ok(sound.length > 600, `${sound.length} of ${ours.length} sound`);
  await takesAll("generated", sound);
  // Only some of them, because each is a process.
  const some = refused.slice(0, 150).concat(refused.slice(-150));
  const said = await verdicts("broken", some);
  assert.deepEqual(
    some.filter((_, index) => said[index] === undefined),
    [],
  );
});
