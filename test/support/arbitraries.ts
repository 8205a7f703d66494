import fc from "fast-check";

/** Any text at all, also half characters: what a file or a network may hold. Mostly short and mostly ASCII. */
export const anyText = fc.string({
  unit: fc
    .oneof({ weight: 3, arbitrary: fc.nat(0x7f) }, { weight: 1, arbitrary: fc.nat(0xffff) })
    .map(code => String.fromCharCode(code)),
});
