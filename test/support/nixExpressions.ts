// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import fc from "fast-check";
import { nixText } from "./nixText.ts";

/** Texts that Nix parses, of every kind that a reader of Nix may get wrong. */
export const soundNix: Readonly<Record<string, string>> = {
  "a trailing comma in formals": "{ lib, }: lib",
  "a trailing comma with a comment behind it": "{ lib, # set by --arg\n}: lib",
  "a trailing comma before a long comment": "{\n  lib,\n  pkgs ? null, /* of nixpkgs */\n}: lib",
  "formals with an ellipsis alone": "{ ... }: 1",
  "formals with a name": "{ a, b ? a, ... }@all: all",
  "a name before formals": "all@{ a ? all, }: a",
  "no formals": "{ }: 1",
  "a path that begins with an interpolation": "x: /${x}",
  "a home path that begins with an interpolation": "x: ~/${x}/a",
  "a path with interpolations": "x: [ ./a${x}b/${x}.nix a/${x} ]",
  "a path of characters that are operators elsewhere": "[ -a/b +c/d 1/2 ./. ../. ]",
  "a search path": "[ <nixpkgs> <nixpkgs/nixos> ]",
  "a lone carriage return as a line end": "{ a = 1; # first\r b = 2;\r}",
  "line ends of Windows": "{\r\n  a = 1; # first\r\n}\r\n",
  "inherit from nothing": "x: { inherit (x); inherit; }",
  "inherit of a quoted name": 'x: { inherit (x) "a b" or ${"c"}; }',
  "a URI": "[ https://example.org/?a=b x:x ]",
  "or as a name": "x: { or = 1; a = x.or; b = x.a or x.b or 1; }",
  "or as an argument": "x: with x; [ (x or) (x or x or) ]",
  numbers: "[ 1 1. .5 0.5e-3 9223372036854775807 1.5.2 ]",
  "attributes that a number follows": "a: a.b .5",
  "dollars in strings": '[ "$" "$$" "$${x}" "\\${x}" "a$" "$a" ]',
  "dollars in indented strings": "[ ''$'' ''$${x}'' ''''${x}'' ''a''\\nb'' ''x'y'' ''$a'' ]",
  "quotes in indented strings": "[ ''''''' ''a'''b'' ]",
  "interpolations in interpolations": 'x: "a${"b${x "}"}c"}d"',
  "operators that do not associate, apart":
    "a: b: [ (a == b -> b != a) (a < b && b <= a) (a == b || a == b) (a < b == (a > b)) ]",
  "has-attribute, again and again": 'a: a ? b ? "c" ? ${a}',
  negations: "a: [ (!a) (-a) (- -1) (!!a) (-a + !a == a) ]",
  "a let that is a set": "let { a = 1; body = a; }",
  "a let that is a set, applied": "x: x let { body = 1; } rec { a = 1; } { }",
  "sets that are merged": "{ a.b = 1; a = { c = 2; }; a.d.e = 3; b = { }; b = ({ x = 1; }); }",
  "computed names": 'x: { ${x} = 1; ${x} = 2; "${x}" = 3; a.${x}.b = 4; }',
  "a computed name below a let": "x: let a.${x} = 1; in a",
  "a quoted name in a let": 'let "a b" = 1; ${"c"} = 2; in c',
  "names of a with": "{ a }: with a; b.c or d",
  "names that bind each other": "let a = b; b = [ a c ]; inherit (a) c; in rec { d = e; e = a; }",
  builtins: "[ builtins.x import map (toString 1) true null __currentSystem (scopedImport { }) ]",
  "long comments": "/**/ /* * / */ /***/ 1 /* # */",
};

/** Texts that Nix refuses -> what is marked. */
export const refusedNix: Readonly<Record<string, readonly [text: string, marked: string]>> = {
  "nothing at all": ["# nothing", ""],
  "a keyword after a dot": ["a: a.if", "if"],
  "a keyword as a name": ["{ then = 1; }", "then"],
  "or as a variable": ["or", "or"],
  "an attribute twice": ["{ a = 1; b = 2; a = 3; }", "a"],
  "an attribute twice, once quoted": ['{ a = 1; "a" = 3; }', '"a"'],
  "an attribute twice by its path": ["{ a.b = 1; a.b = 2; }", "a.b"],
  "a path into what is no set": ["{ a = 1; a.b = 2; }", "a.b"],
  "a set over a path into a function": ["{ a = x: { }; a.b = 2; }", "a.b"],
  "an attribute twice in sets that are merged": ["{ a = { b = 1; }; a = { b = 2; }; }", "b"],
  "an attribute that is inherited, too": ["x: { inherit (x) a; a = 2; }", "a"],
  "a name that is inherited twice": ["{ inherit (builtins) a b a; }", "a"],
  "a variable twice": ["let a = 1; a = 2; in a", "a"],
  "a name twice in a recursive set": ["rec { a = 1; a = 2; }", "a"],
  "an argument twice": ["{ a, b, a }: a", "a"],
  "an argument with the name of all": ["{ a }@a: a", "a"],
  "a name of all that is an argument": ["a@{ b, a }: a", "a"],
  "a computed name in a let": ["x: let ${x} = 1; in x", "let ${x} = 1; in"],
  "a computed name that is inherited": ["x: { inherit (x) ${x}; }", "${x}"],
  "an interpolated name that is inherited": ['x: { inherit "${x}"; }', '"${x}"'],
  "a name that nothing defines": ["{ a = b; }", "b"],
  "a name of a set that is not recursive": ["{ a = 1; b = a; }", "a"],
  "a name that is used before its with": ["[ a (with { }; a) ]", "a"],
  "what is inherited from nowhere": ["rec { inherit a; }", "a"],
  "equality twice": ["a: a == a == a", "=="],
  "comparison twice": ["a: a < a >= a", ">="],
  "comparison twice, with a sum between": ["a: a < a + 1 < a", "<"],
  "a function as an operand": ["a: a + x: x", ":"],
  "both pipes": ["a: a |> a <| a", "<|"],
  "a comma too many": ["{ a,, }: a", ","],
  "an ellipsis that is not last": ["{ ..., a }: a", ","],
  "a path with a slash at its end": ["./a/", "/"],
  "a number that is too large": ["9223372036854775808", "9223372036854775808"],
  "a semicolon that is missing": ["{ a = 1 }", "}"],
  "an equals sign that is missing": ["{ a 1; }", "1"],
  "a string that never ends": ['{ a = "1; }', ""],
  "an indented string that never ends": ["''a", ""],
  "a comment that never ends": ["1 /* a", "*"],
  "a brace too many": ["{ } }", "}"],
  "a dollar alone": ["$a", "$"],
  "a letter that is none of Nix": ["{ é = 1; }", "é"],
  "a let without its end": ["let a = 1;", ""],
  "a let among arguments": ["x: x let a = 1; in a", "a"],
};

const names = fc.constantFrom("a", "b", "c", "or", '"a"', '"b c"', "x'", "in-a");
const arguments_ = fc.constantFrom("a", "b", "c", "d");
const operators = fc.constantFrom(
  ...["+", "-", "*", "/", "//", "++", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "->", ""],
);

const leaves = fc.constantFrom(
  ...[
    "a",
    "b",
    "c",
    "d",
    "true",
    "1",
    "0.5",
    "1.",
    "./a/b",
    "~/a",
    "<a/b>",
    "x:y",
    "null",
    "a.b",
    "a.b or c",
    "[ ]",
    "{ }",
  ],
  ...['"a"', '"$${a}"', '"a$"', "''a''", "''$''", "''\n  a\n   ''${a}\n''", "builtins.a", "a or", "a ? b.c"],
);

/** Expressions of every kind, most of them sound. Names come from few, so that some are bound twice or not at all. */
export const nixExpression: fc.Arbitrary<string> = fc.letrec<{ expression: string }>(tie => {
  const inner = tie("expression");
  const simple = inner.map(text => `(${text})`);
  // Nix before 2.20 does not merge sets in sets that are merged, so that what is bound here is not a set, or is a flat one.
  const flatSet = fc.array(fc.tuple(names, simple), { maxLength: 2 }).map(pairs => `{ ${bindings(pairs)}}`);
  const value = fc.oneof(
    simple.map(text => `[ ${text} ]`),
    flatSet,
  );
  const binding = fc.oneof(
    fc
      .tuple(fc.array(names, { minLength: 1, maxLength: 2 }), value)
      .map(([path, text]) => `${path.join(".")} = ${text};`),
    fc.tuple(simple, fc.array(names, { maxLength: 2 })).map(([from, all]) => `inherit ${from} ${all.join(" ")};`),
    fc.array(arguments_, { maxLength: 2 }).map(all => `inherit ${all.join(" ")};`),
    fc.tuple(simple, simple).map(([name, text]) => `\${${name}} = ${text};`),
  );
  const bound = fc.array(binding, { maxLength: 3 }).map(all => all.join("\n"));
  const formals = fc
    .tuple(fc.array(fc.tuple(arguments_, fc.option(inner)), { maxLength: 3 }), fc.constantFrom("", ",", ", ..."))
    .map(([all, end]) => {
      const texts = all.map(([name, given]) => (given === null ? name : `${name} ? ${given}`));
      return `{ ${texts.join(", ")}${texts.length === 0 ? end.replace(",", "") : end} # end\n}`;
    });
  return {
    expression: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaves,
      fc.tuple(inner, operators, inner).map(([left, operator, right]) => `${left} ${operator} ${right}`),
      fc.tuple(simple, operators, simple).map(([left, operator, right]) => `${left} ${operator} ${right}`),
      fc.tuple(fc.constantFrom("!", "-", "!-"), simple).map(([sign, text]) => sign + text),
      bound.map(text => `{ ${text} }`),
      bound.map(text => `(rec { ${text} }).a`),
      bound.map(text => `let { ${text} }`),
      fc.tuple(bound, inner).map(([text, body]) => `let ${text} in ${body}`),
      fc.tuple(arguments_, inner).map(([name, body]) => `${name}: ${body}`),
      fc.tuple(formals, fc.constantFrom("", "@all", "@a"), inner).map(([set, all, body]) => `${set}${all}: ${body}`),
      fc.tuple(formals, inner).map(([set, body]) => `b@${set}: ${body}`),
      fc.tuple(inner, inner).map(([names_, body]) => `with ${names_}; ${body}`),
      fc.tuple(inner, inner).map(([test, body]) => `assert ${test}; ${body}`),
      fc.tuple(inner, inner, inner).map(([test, yes, no]) => `if ${test} then ${yes} else ${no}`),
      fc.array(simple, { maxLength: 3 }).map(items => `[ ${items.join(" ")} ]`),
      inner.map(text => `"a\${${text}}$b"`),
      inner.map(text => `''\n  a\${${text}}''$\n''`),
      inner.map(text => `./a\${${text}}/b`),
      inner.map(text => `/\${${text}}`),
      fc.tuple(simple, names).map(([text, name]) => `${text}.${name}`),
      fc.tuple(simple, names, simple).map(([text, name, other]) => `${text}.${name} or ${other}`),
    ),
  };
}).expression;

function bindings(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([name, text]) => `${name} = [ ${text} ]; `).join("");
}

/** Expressions with a piece cut out or put in: most of them broken. */
export const brokenNix: fc.Arbitrary<string> = fc
  .tuple(nixExpression, fc.nat(), fc.nat(4), nixText(2))
  .map(([text, at, cut, piece]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + piece + text.slice(start + cut);
  });
