import assert from "node:assert/strict";
import { test } from "node:test";
import { modeLabel } from "../../../server/src/features/systemText.ts";
import type { ProducedBuildMode } from "../../../server/src/protocol.ts";

/** mode -> how a list of builders says it. */
const modes: Record<ProducedBuildMode, string> = {
  native: "native",
  emulated: "emulated",
  compatible: "compatible",
  claimed: "as its configuration says",
  impossible: "cannot",
};

for (const [mode, label] of Object.entries(modes))
  test(`the mode ${mode} is told as '${label}'`, () => assert.equal(modeLabel(mode as ProducedBuildMode), label));
