import type { FailedBuild } from "../../server/src/builds/failures/evidence/failed.ts";
import { explainFailure } from "../../server/src/builds/failures/explain.ts";
import type { Asked } from "../../server/src/builds/record/record.ts";
import { closeState } from "../../server/src/builds/stream/closeState.ts";
import type { Builder, Problem } from "../../server/src/protocol.ts";
import type { CommandResult } from "../../server/src/records/format/schemas.ts";
import { builder } from "./builders.ts";
import { building, drv, error, id, logLine, stateAfter, stop, totals } from "./streams.ts";

/** Derivations of the tests about failures; `system` needs the others. */
export const [etc, hello, system] = [drv("etc"), drv("hello-2.12.1"), drv("nixos-system-eiffel")];

/** A remote builder. */
export const arm = "ssh-ng://builder-arm";

/** This machine and another one. */
export const builders: readonly Builder[] = [
  builder("local", { "x86_64-linux": "native", "x86_64-v2-linux": "compatible", "armv7l-linux": "emulated" }),
  builder("ssh://other", { "i686-linux": "unknown", "riscv64-linux": "impossible" }),
];

/** What was built. */
export const asked: Asked = { uri: "file:///network.nix", machine: "eiffel", place: { kind: "schedule" } };

/** The explanation of a failure from its stream and result. */
export function explain(
  lines: readonly string[],
  result: Partial<CommandResult> = {},
  known: Partial<Pick<FailedBuild, "builders" | "system" | "request">> = {},
): Problem {
  const state = stateAfter(lines, [etc, hello, system]);
  closeState(state, 0, false);
  const end = { code: 1, signal: null, at: "", ...result };
  return explainFailure({ state, result: end, builders, request: asked, ...known });
}

/** A stream in which hello is built and fails: its log lines, then what Nix says. @param machine "": this one. */
export function helloFails(log: readonly string[], said: readonly string[], machine = ""): string[] {
  return [
    totals(id(1)),
    building(id(2), hello, machine),
    ...log.map(line => logLine(id(2), line)),
    ...said.map(error),
    stop(id(2)),
    error(`1 dependencies of derivation '${system}' failed to build`),
  ];
}
