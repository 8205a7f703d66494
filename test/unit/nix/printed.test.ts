import assert from "node:assert/strict";
import { test } from "node:test";
import { withColoursOnly, withoutEscapes } from "../../../server/src/nix/events/printed.ts";
import { serialised } from "../../support/streams.ts";

test("an error in the format of Nix's protocol is read as later versions print it, in any context", () => {
  const said = "executing '\u001b[35;1m/bin/sh\u001b[0m': No such file or directory";
  const plain = "error: executing '/bin/sh': No such file or directory";
  assert.equal(withoutEscapes(serialised(said)), plain);
  assert.equal(withoutEscapes(`> \u0001\n> ${serialised(said)}\nFor full logs`), `> \n> ${plain}\nFor full logs`);
  assert.equal(
    withColoursOnly(serialised(said)),
    "error: executing '\u001b[35;1m/bin/sh\u001b[0m': No such file or directory",
  );
  assert.equal(withoutEscapes(serialised("x".repeat(300))), `error: ${"x".repeat(300)}`);
});
