import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { optionArguments } from "../../../server/src/nix/nixOptions.ts";
import { anyText } from "../../support/arbitraries.ts";

test("options are passed as Morph passes them", () => {
  assert.deepEqual(optionArguments({ cores: "2", "system-features": "kvm big-parallel", builders: "" }), [
    ...["--option", "cores", "2"],
    ...["--option", "system-features", "kvm big-parallel"],
    ...["--option", "builders", ""],
  ]);
  assert.deepEqual(optionArguments(), []);
});

test("no name or value becomes an argument of its own", () => {
  const name = fc.oneof(anyText, fc.constantFrom("--help", "-j", "--option", "-", "", "--add-root", "a\0b", "cores"));
  fc.assert(
    fc.property(fc.dictionary(name, name), options => {
      const args = optionArguments(options);
      assert.equal(args.length % 3, 0);
      for (let index = 0; index < args.length; index += 3) {
        const [flag, option = "", value = ""] = args.slice(index, index + 3);
        assert.equal(flag, "--option");
        assert.doesNotMatch(option, /^-|^$/);
        assert.equal(value, options[option]);
        assert.doesNotMatch(`${option}${value}`, /\0/);
      }
    }),
  );
});
