import assert from "node:assert/strict";
import { test } from "node:test";
import { attemptsIn, type Refusal, refusalOf } from "../../../../server/src/builders/check/attempt.ts";
import { eventsOf } from "../../../../server/src/nix/events/stream.ts";
import { building, error, id, message } from "../../../support/streams.ts";

const drv = "/nix/store/0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c-morph-check-aarch64-linux.drv";
const other = "/nix/store/1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c1c-morph-check-x86_64-linux.drv";
const pi = "ssh-ng://pi";
const attempts = (lines: readonly string[]) => attemptsIn(lines.flatMap(eventsOf));
const framed = (said: string) => error(`build of '${drv}' on '${pi}' failed: ${said}`);
const wants = `a 'aarch64-linux' with features {kvm} is required to build '${drv}', but I am a 'x86_64-linux' with features {benchmark, big-parallel}`;

test("a derivation is built where its outer activity says, which the builder's own does not name", () => {
  const { places } = attempts([building(id(1), drv, pi), building(id(2), drv, ""), building(id(3), other, "")]);
  assert.deepEqual(
    [...places],
    [
      [drv, pi],
      [other, "local"],
    ],
  );
});

/** What Nix printed -> what it says about the builder. */
const said: Readonly<Record<string, readonly [string[], string, Refusal | undefined]>> = {
  "its own Nix does not accept it (2.8)": [
    [framed(wants)],
    pi,
    { kind: "not-accepted", features: ["benchmark", "big-parallel"] },
  ],
  "its own Nix does not accept it (2.26)": [
    [framed(`error: ${wants.replace("big-parallel", "uid-range")}`)],
    pi,
    { kind: "not-accepted", features: ["benchmark", "uid-range"] },
  ],
  "its own Nix does not accept it (2.34)": [
    [
      framed(
        `error: Cannot build '${drv}'.\n       Reason: platform mismatch\n       Required system: 'aarch64-linux'\n       Current system: 'x86_64-linux'`,
      ),
    ],
    pi,
    { kind: "not-accepted", features: undefined },
  ],
  "ours does not accept it, as it could not be asked": [[error(wants)], pi, undefined],
  "ours does not accept it": [
    [error(wants)],
    "local",
    { kind: "not-accepted", features: ["benchmark", "big-parallel"] },
  ],
  "another builder does not accept it": [
    [error(`build of '${drv}' on 'ssh-ng://other' failed: ${wants}`)],
    pi,
    undefined,
  ],
  "its program does not run there": [
    [framed(`executing '/nix/store/x-morph-check-program': Exec format error`)],
    pi,
    { kind: "not-executable" },
  ],
  "its program does not run here": [
    [
      "error: executing '/nix/store/x-morph-check-program': Exec format error",
      error(`builder for '${drv}' failed with exit code 1`),
    ],
    "local",
    { kind: "not-executable" },
  ],
  "it ran and failed": [
    [framed(`builder for '${drv}' failed with exit code 1`)],
    pi,
    { kind: "other", text: `builder for '${drv}' failed with exit code 1` },
  ],
  "another derivation is refused": [[framed(wants).replaceAll(drv, other)], pi, undefined],
  nothing: [[message(1, "warning: something")], pi, undefined],
};

for (const [name, [lines, builder, expected]] of Object.entries(said))
  test(`of a trial, Nix says: ${name}`, () => assert.deepEqual(refusalOf(drv, builder, attempts(lines)), expected));
