import assert from "node:assert/strict";
import { test } from "node:test";
import { modeLabel } from "../../../server/src/features/systemText.ts";
import type { BuildMode } from "../../../server/src/protocol.ts";

/** mode -> how a list of builders says it. */
const modes: Record<BuildMode, string> = {
  native: "native",
  emulated: "emulated",
  compatible: "compatible",
  claimed: "as its configuration says",
  impossible: "cannot",
  unknown: "not known",
};

for (const [mode, label] of Object.entries(modes))
  test(`the mode ${mode} is told as '${label}'`, () => assert.equal(modeLabel(mode as BuildMode), label));
