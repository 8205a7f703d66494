import assert from "node:assert/strict";
import { test } from "node:test";
import { routeText } from "../../../../../client/src/builds/signatures/routes.ts";
import type { RouteVerdict } from "../../../../../server/src/protocol.ts";
import { english } from "../../samples.ts";

const accepted: RouteVerdict = { route: "push", verdict: "accepted", accepted: 9, refused: 0, unknown: 0, why: "" };

const cases: readonly [RouteVerdict, string][] = [
  [accepted, "Pushed: accepted"],
  [{ ...accepted, used: true }, "Pushed, as Morph does: accepted"],
  [
    { ...accepted, route: "copy", verdict: "refused", accepted: 6, refused: 2, unknown: 1 },
    "Copied with 'nix copy' over ssh-ng: refused, 2 of 9 paths",
  ],
  [
    { ...accepted, route: "substitute", used: true, verdict: "unknown", accepted: 8, unknown: 1 },
    "Fetched by the machine, the rest pushed, as Morph does: not known of 1 of 9 paths",
  ],
  [{ ...accepted, route: "fetch" }, "Fetched to this machine: accepted"],
];

for (const [verdict, text] of cases) test(`route: ${text}`, () => assert.equal(routeText(verdict, english), text));
