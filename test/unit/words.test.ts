import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { exportTexts } from "../../scripts/l10n.mjs";
import { projectDir } from "../support/fixtures.ts";

// Phrases that have been replaced everywhere by plain English and the field's terms, and must not come back.

/** Folders whose comments are checked. */
const folders = [
  "client/src",
  "server/src",
  "scripts",
  "test/attack",
  "test/bench",
  "test/demo",
  "test/e2e",
  "test/integration",
  "test/support",
  "test/unit",
  "test/vscode",
] as const;

/** Documents that are checked. */
const documents = [
  ...["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "PRIVACY.md", "SECURITY.md"],
  ...fs.readdirSync(path.join(projectDir, "docs")).map(name => `docs/${name}`),
];

interface Phrase {
  readonly pattern: RegExp;
  readonly instead: string;
}

/** In every text. */
const phrases: readonly Phrase[] = [
  { pattern: /\b(?:tells?|telling|told)\b/i, instead: "publish, report, say, show, notify or send" },
  {
    pattern: /\b(?:some|no|any|every)body\b|\bwhoever\b/i,
    instead: "the actual subject (the caller, a client, the user), or the passive",
  },
  { pattern: /\banew\b/i, instead: "again" },
  { pattern: /\bso (?:many|often|long(?!er))\b(?! that\b)/i, instead: "at most N, for N ms, how often" },
  { pattern: /\bis another\b(?! \w)|\banother than\b/i, instead: "changed, differs" },
  { pattern: /\bat once\b/i, instead: "immediately, in parallel" },
  { pattern: /\bof whatever\b|\bwhatever (?:its|the|it|they)\b/i, instead: "of any, regardless of" },
  { pattern: /\bwhat of\b/i, instead: "the parts of ... that" },
  { pattern: /\bon (?:its|their) way\b/i, instead: "starts, is starting" },
  { pattern: /\blook(?:s|ed|ing)? through\b/i, instead: "scan, check, search" },
  { pattern: /\b(?:go|goes|went|gone|going) on\b/i, instead: "continue, run" },
  { pattern: /\bis (?:not )?there any more\b/i, instead: "no longer exists" },
  { pattern: /\bstands? (?:in|there|where|behind|before|above|below|beside)\b/i, instead: "is" },
  { pattern: /\bwithout a word\b/i, instead: "silently, without a message" },
  { pattern: /\b(?:came|comes|becomes|became) of\b/i, instead: "the result, what to do with" },
  { pattern: /(?<!\bthere )\b(?:is|are) no (?!longer\b|more\b)/i, instead: "is not a" },
  { pattern: /\bin peace\b|\bhas the last word\b/i, instead: "cool-down, decides" },
  { pattern: /\bknows no VS Code\b/i, instead: "independent of VS Code" },
  { pattern: /\bin no (?:cache|file)\b/i, instead: "not in any cache" },
  { pattern: /\bas Nix decides\b/i, instead: "chosen by Nix" },
  { pattern: /\bas garbage\b/i, instead: "garbage-collect" },
  { pattern: /\bUp to (?:Morph|Nix) \d/i, instead: "Morph 1.7 and older" },
];

/** Only in what users read in VS Code. */
const labels: readonly Phrase[] = [
  { pattern: / \.\.\.$/, instead: "no space before the dots, as in Build on..." },
  { pattern: /\bput the new hash in\b/i, instead: "Update Hash" },
  { pattern: /^what to do\b(?! with)/i, instead: "Show Fixes..." },
  { pattern: /\bjump to\b/i, instead: "Go to First Error" },
  { pattern: /\b(?:stop keeping|keep) build$/i, instead: "Pin Build, Unpin Build" },
  { pattern: /\b(?:kept|failed|keep) folders?\b/i, instead: "Build with --keep-failed, kept build directory" },
  { pattern: /\blook again\b/i, instead: "Retry" },
  { pattern: /\bunstated\b/i, instead: "not set" },
  { pattern: /^lost$/i, instead: "interrupted" },
];

const read = (file: string) => fs.readFileSync(path.join(projectDir, file), "utf8");

/** The lines with a phrase, as `file:line: phrase -> what to say instead`. */
function found(name: string, text: string, table: readonly Phrase[]): string[] {
  return text.split("\n").flatMap((line, index) =>
    table.flatMap(({ pattern, instead }) => {
      const [phrase] = pattern.exec(line) ?? [];
      return phrase === undefined ? [] : [`${name}:${index + 1}: "${phrase.trim()}" -> ${instead}`];
    }),
  );
}

/** A source with everything but its comments blanked out, so that lines keep their numbers. */
function commentsOf(source: string): string {
  const comments = [...source.matchAll(/\/\*[\s\S]*?\*\/|(?<![:\w"'`\\])\/\/ .*$/gm)];
  let [text, end] = ["", 0];
  for (const { 0: comment, index } of comments) {
    text += source.slice(end, index).replaceAll(/[^\n]/g, " ") + comment;
    end = index + comment.length;
  }
  return text;
}

/** Without code: names in it may be another program's. */
const withoutCode = (text: string) => text.replaceAll(/`[^`\n]*`/g, "``");

test("no phrase of the table is in the documentation", () => {
  assert.deepEqual(
    documents.filter(file => file.endsWith(".md")).flatMap(file => found(file, withoutCode(read(file)), phrases)),
    [],
  );
});

test("no phrase of the tables is in what VS Code and other editors show", async () => {
  const manifest: Readonly<Record<string, string>> = JSON.parse(read("package.nls.json"));
  const texts = [...Object.values(manifest), ...Object.keys(await exportTexts())];
  assert.deepEqual(
    texts.flatMap(text => found(JSON.stringify(text), withoutCode(text), [...phrases, ...labels])),
    [],
  );
});

for (const folder of folders)
  test(`no phrase of the table is in a comment of ${folder}`, () => {
    const files = fs
      .readdirSync(path.join(projectDir, folder), { recursive: true, encoding: "utf8" })
      .filter(name => /\.(?:ts|mts|mjs)$/.test(name) && !/(?:^|\/)out\//.test(name))
      .map(name => path.join(folder, name));
    assert.ok(files.length > 0);
    assert.deepEqual(
      files.flatMap(file => found(file, withoutCode(commentsOf(read(file))), phrases)),
      [],
    );
  });

test("a phrase is found in a comment, and not in code", () => {
  const source = 'const told = "at once"; /' + '/ Nobody is told.\n/** Reports it. */\nconst url = "http://x";\n';
  assert.deepEqual(
    found("x.ts", commentsOf(source), phrases).map(line => line.split(" -> ")[0]),
    ['x.ts:1: "told"', 'x.ts:1: "Nobody"'],
  );
});
