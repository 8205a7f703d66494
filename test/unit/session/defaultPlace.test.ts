import assert from "node:assert/strict";
import { test } from "node:test";
import type { Place } from "../../../server/src/protocol.ts";
import { defaultPlaceFor, type Places } from "../../../server/src/session/handlers/defaultPlace.ts";

const schedule: Place = { kind: "schedule" };
const only = (builder: string): Place => ({ kind: "only", builder });
const pi = "ssh-ng://pi";

/** setting, machine, system -> place. */
const cases: Record<string, [places: Places, machine: string, system: string | undefined, expected: Place]> = {
  "nothing is set": [{}, "eiffel", "aarch64-linux", schedule],
  "for the machine": [{ eiffel: pi }, "eiffel", "aarch64-linux", only(pi)],
  "for its system": [{ "aarch64-linux": pi }, "eiffel", "aarch64-linux", only(pi)],
  "for another machine": [{ web01: pi }, "eiffel", "aarch64-linux", schedule],
  "for a system, while its own is unknown": [{ "aarch64-linux": pi }, "eiffel", undefined, schedule],
  "this machine": [{ eiffel: "local" }, "eiffel", undefined, only("local")],
  "for both: the machine wins": [{ eiffel: "local", "aarch64-linux": pi }, "eiffel", "aarch64-linux", only("local")],
  "for both: Nix chooses for the machine": [
    { eiffel: "schedule", "aarch64-linux": pi },
    "eiffel",
    "aarch64-linux",
    schedule,
  ],
  "empty, as if it were not set": [{ eiffel: "", "aarch64-linux": pi }, "eiffel", undefined, schedule],
  "a machine with the name of a property": [{}, "constructor", "toString", schedule],
};

for (const [name, [places, machine, system, expected]] of Object.entries(cases))
  test(`where a machine is built by default: ${name}`, () =>
    assert.deepEqual(defaultPlaceFor(places, machine, system), expected));

test("a default can be a jobset of Hydra, and a malformed one is taken for the id of a builder", () => {
  const at = (value: string) => defaultPlaceFor({ eiffel: value }, "eiffel", "aarch64-linux");
  assert.deepEqual(at("hydra:morph:eiffel"), { kind: "hydra", project: "morph", jobset: "eiffel" });
  assert.deepEqual(at("hydra:morph:.jobsets"), { kind: "hydra", project: "morph", jobset: ".jobsets" });
  for (const value of ["hydra:morph", "hydra:mo rph:x", "hydra:morph:-x", "hydra"])
    assert.deepEqual(at(value), { kind: "only", builder: value });
});
