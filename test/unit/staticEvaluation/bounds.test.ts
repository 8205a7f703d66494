// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import { readNetwork, readText } from "../../../server/src/network/network.ts";
import { cpuTime } from "../../support/cpuTime.ts";
import { nixDocument } from "../../support/nixDocument.ts";

// A text can require more time, memory or stack than there is. Such values are unknown then, and everything else is read as
// usual.

/** `s0 = <first>; s1 = <next of s0>; …` */
function doubled(times: number, first: string, next: (previous: string) => string): string {
  const names = Array.from({ length: times }, (_, index) => `s${index}`);
  return names.map((name, index) => `${name} = ${index === 0 ? first : next(`s${index - 1}`)};`).join(" ");
}

const many = (count: number, piece: (index: number) => string, between = " ") =>
  Array.from({ length: count }, (_, index) => piece(index)).join(between);
const nested = (times: number, open: string, middle: string, close: string) =>
  open.repeat(times) + middle + close.repeat(times);

/** The bindings of a `let`, and the system that is derived from them. */
const greedy: Readonly<Record<string, readonly [bindings: string, system: string]>> = {
  "a string and itself": [doubled(60, '"ten chars."', p => `${p} + ${p}`), "s59"],
  "a string in itself": [doubled(60, '"ten chars."', p => `"\${${p}}\${${p}}"`), "s59"],
  "strings with a separator": [doubled(60, '"ten chars."', p => `builtins.concatStringsSep "" [ ${p} ${p} ]`), "s59"],
  "strings in a row": [doubled(60, '"ten chars."', p => `lib.concatStrings [ ${p} ${p} ]`), "s59"],
  "strings that are made": [doubled(60, '"ten chars."', p => `lib.concatMapStrings (x: ${p}) [ 1 2 ]`), "s59"],
  "strings that replace": [doubled(60, '"xx"', p => `builtins.replaceStrings [ "x" ] [ ${p} ] ${p}`), "s59"],
  "a path and itself": [doubled(60, "./x", p => `${p} + ${p}`), "s59"],
  "a list and itself": [doubled(60, "[ 1 ]", p => `${p} ++ ${p}`), "builtins.head s59"],
  "lists in a row": [doubled(60, "[ 1 ]", p => `builtins.concatLists [ ${p} ${p} ]`), "builtins.head s59"],
  "lists made flat": [doubled(60, "[ 1 ]", p => `lib.flatten [ ${p} ${p} ]`), "builtins.head s59"],
  "a list and what is made of it": [doubled(60, "[ 1 ]", p => `${p} ++ map (x: x) ${p}`), "builtins.head s59"],
  "a list that is made": ["", 'builtins.elemAt (builtins.genList (i: "x") 5000000) 7'],
  "a range": ["", "toString (builtins.length (lib.range 1 1000000000000))"],
  "a range of ranges": [
    "",
    "toString (builtins.length (builtins.concatMap (i: lib.range 1 100000) (lib.range 1 100)))",
  ],
  "a set that grows": [
    "big = lib.genAttrs (map toString (lib.range 1 10000)) (x: x);",
    '(builtins.foldl\' (a: b: a // big) big (lib.range 1 10000))."7"',
  ],
  "a large set, many times": [
    `f = x: { ${many(2000, i => `a${i} = x;`)} };`,
    "toString (builtins.length (builtins.filter (s: s.a5 == 3) (map f (lib.range 1 10000))))",
  ],
  "a large list, many times": [
    `f = x: [ ${many(2000, () => "x")} ];`,
    "toString (builtins.length (builtins.filter (s: builtins.head s == 3) (map f (lib.range 1 10000))))",
  ],
  "many arguments, many times": [
    `f = { ${many(2000, i => `a${i} ? 1`, ", ")} }: a7;`,
    "toString (builtins.length (builtins.filter (s: s == 3) (map (x: f { }) (lib.range 1 10000))))",
  ],
  "an element that is searched many times": [
    "big = lib.range 1 50000;",
    "toString (builtins.length (builtins.filter (x: builtins.elem (0 - x) big) big))",
  ],
  "a substring that is searched many times": [
    `big = "${"x".repeat(1_000_000)}";`,
    'toString (builtins.length (builtins.filter (x: lib.hasInfix "xxy" big) (lib.range 1 50000)))',
  ],
  "a function that calls itself": ["f = x: f (x + 1);", "f 1"],
  "a function that calls itself twice": ["f = x: f x + f x;", "f 1"],
  "a function that calls itself through others": [
    "f = x: lib.pipe x [ (y: lib.flip (a: b: lib.foldr (c: d: f c) 1 [ a ]) 1 x) ];",
    "f 1",
  ],
};

/** Nested deeper than real code; unknown, or known not to be a system. */
const deep: Readonly<Record<string, string>> = {
  "a set that is its own function": "({ __functor = self: self; }) 1",
  "a set whose function is itself": "(let s = { __functor = s; }; in s) 1",
  "lists in lists that are made flat": `builtins.head (lib.flatten ${nested(10_000, "[ ", "1", " ]")})`,
  "lists around lists that are made flat":
    "builtins.head (lib.flatten (builtins.foldl' (a: b: [ a ]) 1 (lib.range 1 10000)))",
  "conditions in conditions": nested(10_000, "lib.mkIf true (", '"x"', ")"),
  "conditions around conditions": 'builtins.foldl\' (a: b: lib.mkIf true a) "x" (lib.range 1 10000)',
  "merges around merges": 'builtins.foldl\' (a: b: lib.mkMerge [ a ]) "x" (lib.range 1 10000)',
  "priorities around priorities": 'builtins.foldl\' (a: b: lib.mkForce a) "x" (lib.range 1 10000)',
  "updates of updates": '(builtins.foldl\' (a: b: lib.recursiveUpdate a { x.y = "z"; }) { } (lib.range 1 20000)).x.y',
  "functions of functions": '(builtins.foldl\' (f: b: x: f x) (x: x) (lib.range 1 20000)) "x"',
};

const texts = {
  ...greedy,
  ...Object.fromEntries(Object.entries(deep).map(([name, system]) => [name, ["", system] as const])),
};

for (const [name, [bindings, system]] of Object.entries(texts))
  test(`${name}: what cannot be read is unknown, and no other machine is affected`, () => {
    const document = nixDocument(`let lib = import <nixpkgs/lib>; ${bindings} in {
      before = { nixpkgs.system = "x86_64-linux"; };
      greedy = { nixpkgs.system = ${system}; };
    }`);
    const started = cpuTime();
    readText(document);
    const { machines } = readNetwork(document);
    const took = cpuTime() - started;
    assert.deepEqual(
      machines.map(machine => [machine.name, machine.system.value, machine.system.origin]),
      [
        ["before", "x86_64-linux", "stated"],
        ["greedy", undefined, "stated"],
      ],
    );
    assert.ok(took < 15_000, `${took.toFixed(0)} ms`);
    document.dispose();
  });

/** A whole network that requires too much -> the machines that are still known. */
const networks: Readonly<Record<string, readonly [text: string, machines: readonly string[]]>> = {
  "the network itself": ["(let s = { __functor = self: self; }; in s) 1", []],
  "its description": [
    '{ network.description = ({ __functor = self: self; }) 1; a = { nixpkgs.system = "x86_64-linux"; }; }',
    ["a"],
  ],
  "its packages": [`{ network.pkgs = ${nested(10_000, "(", "1", ")")}; a = { }; }`, ["a"]],
  "its defaults": [`{ defaults = ${nested(10_000, "(", "{ }", ")")}; a = { }; }`, ["a"]],
  "modules that import modules": ["let f = x: { imports = [ (f 1) (f 2) ]; }; in { a = f 1; b = { }; }", ["a", "b"]],
};

for (const [name, [text, names]] of Object.entries(networks))
  test(`${name} requires too much: the machines are listed`, () => {
    const document = nixDocument(text);
    const { machines } = readNetwork(document);
    assert.deepEqual(
      machines.map(machine => machine.name),
      names,
    );
    document.dispose();
  });

/** How thousands of machines may be created -> the text. */
const large: Readonly<Record<string, (count: number) => string>> = {
  "in a set": count => `{ ${many(count, i => `m${i} = { nixpkgs.system = "x"; deployment.tags = [ "a" "b" ]; };`)} }`,
  "with genAttrs": count => `lib.genAttrs (map (n: "m" + toString n) (lib.range 1 ${count})) machine`,
  "with listToAttrs": count =>
    `builtins.listToAttrs (builtins.genList (n: { name = "m\${toString n}"; value = machine n; }) ${count})`,
  "with mergeAttrsList": count =>
    `lib.mergeAttrsList (map (n: { "m\${toString n}" = machine n; }) (lib.range 1 ${count}))`,
};

for (const [name, networkOf] of Object.entries(large))
  test(`10,000 machines ${name} are within all bounds`, () => {
    const machine = 'machine = n: common // { imports = [ { } ] ++ [ { networking.hostName = "m" + toString n; } ]; };';
    const common = 'common = { nixpkgs.system = "x"; deployment.tags = [ "a" "b" ]; };';
    const document = nixDocument(`let lib = import <nixpkgs/lib>; ${common} ${machine} in ${networkOf(10_000)}`);
    const { machines, complete } = readNetwork(document);
    assert.ok(complete);
    assert.equal(machines.length, 10_000);
    assert.ok(machines.every(({ system, tags }) => system.value === "x" && tags?.length === 2));
    document.dispose();
  });

test("a thousand machines that are merged one by one are within all bounds", () => {
  for (const together of ["a // b", "lib.recursiveUpdate a b"]) {
    const machine = 'n: { "m${toString n}".nixpkgs.system = "x"; }';
    const document = nixDocument(
      `let lib = import <nixpkgs/lib>; in builtins.foldl' (a: b: ${together}) { } (map (${machine}) (lib.range 1 1000))`,
    );
    const { machines, complete } = readNetwork(document);
    assert.ok(complete);
    assert.equal(machines.filter(({ system }) => system.value === "x").length, 1000);
    document.dispose();
  }
});

test("lists with any nesting are flattened in order", () => {
  const document = nixDocument(
    '(import <nixpkgs/lib>).genAttrs ((import <nixpkgs/lib>).flatten [ "a" [ "b" [ [ ] [ "c" ] "d" ] ] "e" ]) (n: { })',
  );
  assert.deepEqual(
    readNetwork(document).machines.map(({ name }) => name),
    ["a", "b", "c", "d", "e"],
  );
  document.dispose();
});
