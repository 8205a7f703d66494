import fc from "fast-check";

/** Pieces that Nix text is made of, with characters of one, two and four bytes, and every line end. */
const pieces = [
  ...["{", "}", "(", ")", "[", "]", ";", ":", "@", "=", ",", ".", "?", "//", "++", "->", "|>", "...", "\\"],
  ...['"', "''", "${", "$", "\n", "\r\n", "\r", " ", "\t", "# x", "/*", "*/", "<nixpkgs>", "./p", "https://x.y"],
  ...["let ", "in ", "rec ", "with x; ", "inherit ", "assert true; ", "if ", "then ", "else ", "or ", "import "],
  ...["a", "b.c", "é", "😀", "märz", "\ud83d", "1", "2.5", '"x"', "null"],
  ...[" = ", "{ }", "network", "defaults", "nixpkgs.system", "deployment.targetHost", "lib.mkDefault ", "a = { };\n"],
];

/** Nix text, mostly broken, of at most `maxPieces` pieces. */
export function nixText(maxPieces: number): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...pieces), { maxLength: maxPieces }).map(parts => parts.join(""));
}

/** Nix text that is valid. */
export const validNix: fc.Arbitrary<string> = fc.letrec<{ text: string }>(tie => {
  const inner = tie("text");
  return {
    text: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.constantFrom("1", '"märz"', "a", "./p", "''😀''", "a.b.c", "{ }", "null"),
      fc.tuple(inner, inner).map(([a, b]) => `{ a = ${a};\n  "é".b = ${b}; # 😀\n}`),
      fc.tuple(inner, inner).map(([a, b]) => `let x = ${a};\r\nin ${b}`),
      fc.array(inner, { maxLength: 3 }).map(items => `[ ${items.map(item => `(${item})`).join("\t")} ]`),
      inner.map(body => `{ pkgs, ... }:\n ${body}`),
      inner.map(body => `{ pkgs, # 😀\r}: ${body}`),
      inner.map(body => `[ { inherit (${body}); } /\${a}/b ]`),
      inner.map(value => `"😀\${${value}}é"`),
    ),
  };
}).text;
