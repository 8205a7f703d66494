import assert from "node:assert/strict";
import { test } from "node:test";
import { storePlaces } from "../../../../client/src/builders/storePlaces.ts";
import { outputAndPlaceOf } from "../../../../client/src/targets.ts";
import type { BuilderChoice } from "../../../../server/src/protocol.ts";
import { english } from "../samples.ts";

function choice(id: string, can?: boolean): BuilderChoice {
  const builder = {
    id,
    name: id.replace(/^.*:\/\//, ""),
    kind: id === "local" ? "local" : "remote",
    offers: [],
  } as const;
  return can === undefined
    ? { builder }
    : { builder, capability: { can, mode: "native", known: "claimed", label: "native", why: "" } };
}

test("the store of a builder is offered with us, without us, and with its result here", () => {
  const place = { kind: "store", store: "ssh-ng://pi" } as const;
  const offered = storePlaces([choice("local", true), choice("ssh-ng://pi", true)], english);
  assert.deepEqual(
    offered.map(({ detail: _, ...each }) => each),
    [
      { label: "pi", description: "result stays there", place },
      { label: "pi", description: "detached, result stays there", place, detached: true },
      { label: "pi", description: "detached, result is copied here", place, detached: true, fetch: true },
    ],
  );
});

test("only builders behind ssh are offered, unless they cannot build the machine", () => {
  const all = [choice("ssh://a"), choice("ssh-ng://b", false), choice("unix:///run/nix"), choice("local")];
  assert.deepEqual([...new Set(storePlaces(all, english).map(({ label }) => label))], ["a"]);
});

test("building again builds in the same place and the same way", () => {
  const place = { kind: "store", store: "ssh-ng://pi" };
  const row = { uri: "file:///n", machine: "m", place, detached: true, fetch: true };
  assert.deepEqual(outputAndPlaceOf(row), {
    attribute: undefined,
    place,
    detached: true,
    fetch: true,
    fromCache: undefined,
  });
  assert.deepEqual(outputAndPlaceOf({ ...row, detached: "yes", fetch: 1 }), {
    attribute: undefined,
    place,
    detached: undefined,
    fetch: undefined,
    fromCache: undefined,
  });
});
