import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { refusedNixOption, refusedOption } from "../../../server/src/nix/evaluation/refusedOption.ts";
import { anyText } from "../../support/arbitraries.ts";

/** Message of the module system -> the option. The messages are those of nixpkgs from 20.09 to 25.05. */
const options: readonly [message: string, option: string[] | undefined][] = [
  [
    "The option `networking.hostNam' does not exist. Definition values: - In `<unknown-file>': \"x\"",
    ["networking", "hostNam"],
  ],
  ["The option `foo' defined in `<unknown-file>' does not exist.", ["foo"]],
  [
    "A definition for option `deployment.secrets.x.action' is not of type `list of string'.",
    ["deployment", "secrets", "x", "action"],
  ],
  [
    'The option `deployment.secrets."my.key".destination\' is used but not defined.',
    ["deployment", "secrets", "my.key", "destination"],
  ],
  [
    "The option `deployment.secrets.x.destination' was accessed but has no value defined. Try setting the option.",
    ["deployment", "secrets", "x", "destination"],
  ],
  ["The option `deployment.healthChecks.http.*.port' is used but not defined.", ["deployment", "healthChecks", "http"]],
  [
    'The option `deployment.healthChecks.http."[definition 1-entry 1]".port\' is used but not defined.',
    ["deployment", "healthChecks", "http"],
  ],
  ["The option `services.x' has conflicting definition values:", ["services", "x"]],
  ["The unique option `a.b' is defined multiple times.", ["a", "b"]],
  ['The option `a."b\\"c".d\' does not exist.', ["a", 'b"c', "d"]],
  ["The option `it-is_a.b'c' does not exist.", ["it-is_a", "b'c"]],
  ["attribute 'gone' missing", undefined],
  ["The option `' does not exist.", undefined],
  ["nix option 'cores' must have a string typed value", undefined],
  ["", undefined],
];

for (const [message, option] of options)
  test(`the option in: ${message}`, () => assert.deepEqual(refusedOption(message), option));

test("the Nix option that is not a string", () => {
  assert.equal(refusedNixOption("nix option 'cores' must have a string typed value"), "cores");
  assert.equal(refusedNixOption("nix option 'it's' must have a string typed value"), "it's");
  assert.equal(refusedNixOption("The option `a' does not exist."), undefined);
});

test("any error is read quickly", () => {
  fc.assert(
    fc.property(
      anyText,
      fc.constantFrom("option `", "option 'a.", '"\\', "a.", "'", "."),
      fc.nat(2000),
      (text, part, count) => {
        refusedOption(`${text}option \`${part.repeat(count)}${text}`);
        refusedNixOption(`nix option '${part.repeat(count)}${text}`);
      },
    ),
  );
});
