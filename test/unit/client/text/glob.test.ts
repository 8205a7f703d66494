import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { globOf } from "../../../../client/src/text/glob.ts";
import { networkFileGlobs } from "../../../../server/src/workspace/networkGlobs.ts";

test("the glob of a path matches that path and no other", () => {
  const paths = fc
    .array(fc.constantFrom("a", "b.nix", "*", "?", "{", "}", ",", "[", "]", "!", "^", "-", " ", "ü", "\n", "x/"), {
      minLength: 1,
      maxLength: 12,
    })
    .map(parts => parts.join(""));
  fc.assert(
    fc.property(paths, paths, (path, other) => {
      const globs = networkFileGlobs([globOf(path)]);
      assert.ok(globs.names(path));
      assert.equal(globs.matches(other), other === path);
    }),
  );
});
