import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileGlob } from "../../../server/src/workspace/glob.ts";

/** glob -> paths that match it, and paths that do not. */
const globs: Record<string, [matching: string[], others: string[]]> = {
  "network.nix": [["network.nix"], ["a/network.nix", "networkxnix", "network.nix.bak"]],
  "./network.nix": [["network.nix"], ["./network.nix"]],
  "**/network.nix": [
    ["network.nix", "a/network.nix", ".git/b/network.nix"],
    ["anetwork.nix", "network.nix/a"],
  ],
  "hosts/**": [["hosts/a", "hosts/a/b.nix"], ["host/a"]],
  "**": [["a", "a/b/.c"], []],
  "a/**/b": [
    ["a/b", "a/x/b", "a/x/y/b"],
    ["a/xb", "ab", "a/b/c"],
  ],
  "*.nix": [[".nix", "a.nix"], ["a/b.nix"]],
  "hosts-*/*.nix": [["hosts-a/b.nix"], ["hosts-a/b/c.nix"]],
  "a**b": [["ab", "axxb"], ["a/b"]],
  "?.nix": [["a.nix"], ["ab.nix", "/.nix", ".nix"]],
  "{a,b/*,}.nix": [["a.nix", "b/x.nix", ".nix"], ["b.nix"]],
  "{**/deploy,infra/{a,b?}}.nix": [
    ["deploy.nix", "x/y/deploy.nix", "infra/a.nix", "infra/bc.nix"],
    ["a.nix", "infra/b.nix"],
  ],
  "host[0-9a].nix": [
    ["host1.nix", "hosta.nix"],
    ["hostb.nix", "host10.nix"],
  ],
  "host[!0-9].nix": [["hosta.nix"], ["host1.nix", "host/.nix"]],
  "host[^0-9].nix": [["hosta.nix"], ["host1.nix"]],
  "[[]a].nix": [["[a].nix"], ["a.nix"]],
  "[]x].nix": [["].nix", "x.nix"], ["y.nix"]],
  "a,b}.nix": [["a,b}.nix"], ["a.nix"]],
  "(a|b)+.nix": [["(a|b)+.nix"], ["a.nix"]],
  "märz/*": [["märz/ü"], ["maerz/u"]],
};

for (const [glob, [matching, others]] of Object.entries(globs))
  test(`${glob} matches ${matching.join(", ")} and not ${others.join(", ")}`, () => {
    const matches = compileGlob(glob);
    assert.deepEqual(
      [...matching, ...others].filter(path => matches?.(path)),
      matching,
    );
  });

for (const glob of ["", "{a,b", "[abc", "a{b{c}", "{".repeat(1000), "{".repeat(30) + "}".repeat(30)])
  test(`${glob.slice(0, 60)} is not a glob`, () => assert.equal(compileGlob(glob), undefined));

/** Globs for which a matcher that backtracks or expands braces practically never ends. */
const endless: Record<string, string> = {
  "many stars": `${"*a".repeat(50)}b`,
  "many globstars": `${"**/a".repeat(40)}/b`,
  "many braces": `${"{a,aa}".repeat(100)}b`,
  "nested braces": `${"{a,{aa,".repeat(9)}a${"}}".repeat(9)}${"*".repeat(200)}b`,
  "stars between classes": `${"*[a-z]".repeat(100)}0`,
};

for (const [name, glob] of Object.entries(endless))
  test(`a glob of ${name} ends`, () => {
    const matches = compileGlob(glob);
    assert.ok(matches !== undefined);
    for (const path of ["a".repeat(60), "a".repeat(4000), "a/".repeat(2000)]) assert.equal(matches(path), false);
  });

/** A glob, and a regular expression that means the same. */
interface Pair {
  readonly glob: string;
  readonly regExp: string;
}

const together = (parts: readonly Pair[]): Pair => ({
  glob: parts.map(({ glob }) => glob).join(""),
  regExp: parts.map(({ regExp }) => regExp).join(""),
});
const leaf: fc.Arbitrary<Pair> = fc.constantFrom(
  { glob: "a", regExp: "a" },
  { glob: "b", regExp: "b" },
  { glob: "*", regExp: "[^/]*" },
  { glob: "?", regExp: "[^/]" },
  { glob: "[ab]", regExp: "[ab]" },
  { glob: "[!a]", regExp: "[^a/]" },
);
const piece = fc.letrec<{ piece: Pair; braces: Pair }>(tie => ({
  piece: fc.oneof({ weight: 4, arbitrary: leaf }, { weight: 1, arbitrary: tie("braces") }),
  braces: fc
    .array(fc.array(tie("piece"), { maxLength: 3 }).map(together), { minLength: 1, maxLength: 3 })
    .map(each => ({
      glob: `{${each.map(({ glob }) => glob).join(",")}}`,
      regExp: `(?:${each.map(({ regExp }) => regExp).join("|")})`,
    })),
})).piece;
const segment = fc
  .array(piece, { minLength: 1, maxLength: 4 })
  .map(together)
  // Stars of two adjacent pieces would form another wildcard.
  .filter(({ glob }) => !glob.includes("**"));
/** `**` at the end stands for anything, elsewhere for any segments. */
const pairs = fc
  .array(fc.oneof({ weight: 3, arbitrary: segment }, { weight: 1, arbitrary: fc.constant("**" as const) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map(segments =>
    together(
      segments.map((each, at) => {
        const isLast = at === segments.length - 1;
        if (each === "**") return isLast ? { glob: "**", regExp: ".*" } : { glob: "**/", regExp: "(?:[^/]*/)*" };
        return isLast ? each : { glob: `${each.glob}/`, regExp: `${each.regExp}/` };
      }),
    ),
  );

test("a glob matches what the regular expression of the same meaning does", () => {
  const paths = fc.array(fc.constantFrom("a", "b", "c", "/"), { maxLength: 8 }).map(characters => characters.join(""));
  fc.assert(
    fc.property(pairs, fc.array(paths, { minLength: 5, maxLength: 20 }), ({ glob, regExp }, candidates) => {
      const matches = compileGlob(glob);
      const expected = new RegExp(`^${regExp}$`);
      for (const path of candidates) assert.equal(matches?.(path), expected.test(path), path);
    }),
    { numRuns: 2000 },
  );
});
