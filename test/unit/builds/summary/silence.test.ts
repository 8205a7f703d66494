import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { loadsOf, type SilenceParts, silenceOf } from "../../../../server/src/builds/summary/silence.ts";
import type { PlannedDerivation } from "../../../../server/src/nix/derivations/graph.ts";
import type { BuilderSilence } from "../../../../server/src/protocol.ts";
import { builder } from "../../../support/builders.ts";
import {
  building,
  built,
  copying,
  drv,
  id,
  logLine,
  phase,
  progress,
  reaching,
  stateAfter,
  stop,
  storePath,
  totals,
  waiting,
} from "../../../support/streams.ts";

const [pi, attic] = ["ssh-ng://builder-pi", "ssh-ng://attic"];
const [hello, zlib] = [drv("hello"), drv("zlib")];
const builders = [
  builder("local", { "x86_64-linux": "native" }),
  builder(pi, { "aarch64-linux": "native" }),
  builder(attic, { "x86_64-linux": "native", "i686-linux": "native" }),
];

function planned(drvPath: string, system: string): PlannedDerivation {
  return { drvPath, system, requiredFeatures: [], dependencies: [] };
}

/** The silence some seconds after the last line of a stream; the connections to builders are not watched. */
function silence(
  lines: readonly string[],
  seconds: number,
  parts: Partial<SilenceParts> = {},
): BuilderSilence | undefined {
  const state = stateAfter(lines);
  const graph = [planned(hello, "aarch64-linux"), planned(zlib, "x86_64-linux")];
  const given = { heard: state.heard, isWatched: false, place: { kind: "schedule" }, builders, graph } as const;
  return silenceOf(state, { ...given, ...parts }, (lines.length - 1 + seconds) * 1000);
}

const seconds = (second: number) => new Date(second * 1000).toISOString();

/** hello is being built on the Pi, whose own Nix has started it, too. */
const onPi = [building(id(1), hello, pi), building(id(2), hello)];

describe("a remote builder that builds", () => {
  it("is silent once nothing was heard from it for 30 s", () => {
    assert.equal(silence(onPi, 29), undefined);
    assert.deepEqual(silence(onPi, 30), { builder: pi, since: seconds(1), reason: "building" });
  });

  it("may be silent for 4 minutes if the connection fails by itself when it is lost", () => {
    assert.equal(silence(onPi, 239, { isWatched: true }), undefined);
    const expected = { builder: pi, since: seconds(1), reason: "building", connected: true };
    assert.deepEqual(silence(onPi, 240, { isWatched: true }), expected);
  });

  const signs: Readonly<Record<string, readonly string[]>> = {
    "a line of its log": [logLine(id(2), "CC main.o")],
    "a phase": [phase(id(2), "installPhase")],
    "a line in the log of another of its derivations": [building(id(3), zlib, pi), logLine(id(3), "CC inflate.o")],
    "a transfer from it": [copying(id(3), storePath("hello"), pi, "local")],
    "the progress of a transfer to it": [copying(id(3), storePath("in"), "local", pi), progress(id(3), 10, 20)],
  };
  for (const [sign, lines] of Object.entries(signs))
    it(`is heard from by ${sign}`, () => {
      const all = [...onPi, ...lines];
      assert.equal(silence(all, 29), undefined);
      assert.equal(silence(all, 30)?.since, seconds(all.length - 1));
    });

  const others: Readonly<Record<string, readonly string[]>> = {
    "a line of another builder": [building(id(3), zlib, attic), logLine(id(3), "CC inflate.o")],
    "a local build": [building(id(3), zlib), logLine(id(3), "CC inflate.o")],
    "a transfer that does not progress": [],
    "the counts of our own Nix": [totals(id(3)), built(id(3), 0, 2)],
    "a lock that another Nix has released": [reaching(id(3), "waiting for the upload lock to", pi), stop(id(3))],
  };
  for (const [event, lines] of Object.entries(others))
    it(`is not heard from by ${event}`, () => {
      assert.deepEqual(silence([...onPi, ...lines], 30), { builder: pi, since: seconds(1), reason: "building" });
    });

  it("is not silent once it has built everything", () => {
    assert.equal(silence([totals(id(9)), ...onPi, built(id(9), 1, 1), stop(id(2)), stop(id(1))], 600), undefined);
  });

  it("is named if it has been silent for longest", () => {
    assert.equal(silence([building(id(3), zlib, attic), ...onPi], 100)?.builder, attic);
  });
});

describe("a wait", () => {
  it("for a connection or an upload is shown after 30 s, even if it would fail by itself", () => {
    for (const what of ["connecting to", "waiting for the upload lock to"]) {
      const lines = [reaching(id(1), what, pi)];
      assert.equal(silence(lines, 29, { isWatched: true }), undefined);
      const expected = { builder: pi, since: seconds(0), reason: "waiting" };
      assert.deepEqual(silence(lines, 30, { isWatched: true }), expected);
      assert.equal(silence([...lines, stop(id(1))], 99), undefined);
    }
  });

  it("of a builder's Nix for another one there is shown as well", () => {
    const lock = waiting(id(3), hello).replace("a machine to build", "lock on").replace(hello, storePath("hello"));
    const expected = { builder: pi, since: seconds(2), reason: "waiting" };
    assert.deepEqual(silence([...onPi, lock], 40, { isWatched: true }), expected);
    assert.equal(silence([...onPi, lock, stop(id(3))], 40, { isWatched: true }), undefined);
  });

  it("for a slot names the only builder that can have one", () => {
    const lines = [waiting(id(1), hello)];
    assert.equal(silence(lines, 29), undefined);
    assert.deepEqual(silence(lines, 90), { builder: pi, since: seconds(0), reason: "waiting" });
    assert.equal(silence([waiting(id(1), zlib)], 90), undefined, "one of two builders");
    const place = { kind: "only", builder: attic } as const;
    assert.equal(silence([waiting(id(1), zlib)], 90, { place })?.builder, attic);
  });

  it("for a slot is usual as long as one of ours is taken, and is over when the build starts", () => {
    assert.equal(silence([waiting(id(1), hello), building(id(2), zlib)], 90), undefined);
    const again = [waiting(id(1), hello), stop(id(1)), waiting(id(2), hello)];
    assert.equal(silence(again, 90)?.since, seconds(0), "Nix asks again and again");
    assert.equal(silence([waiting(id(1), hello), stop(id(1)), building(id(2), hello, pi)], 29), undefined);
  });

  it("for what another Nix builds here is not about a builder", () => {
    const lock = waiting(id(1), hello).replace("a machine to build", "lock on").replace(hello, storePath("hello"));
    const state = stateAfter([lock], [hello]);
    assert.equal(state.derivations.get(hello)?.state, "waiting");
    assert.equal(silence([lock], 90), undefined);
  });
});

it("counts what each builder is building, the busiest first", () => {
  assert.equal(loadsOf(stateAfter([totals(id(1)), waiting(id(2), hello)])), undefined);
  const lines = [
    building(id(1), drv("a")),
    building(id(2), hello, pi),
    building(id(3), zlib, pi),
    building(id(4), zlib),
  ];
  assert.deepEqual(loadsOf(stateAfter(lines)), [
    { builder: pi, running: 2 },
    { builder: "local", running: 1 },
  ]);
});
