import { type Choice, choiceFor } from "../../server/src/builders/choice.ts";
import type { FeatureContext } from "../../server/src/features/names/context.ts";
import type { Builder, BuildSummary, Machine, MachineSystem, Network } from "../../server/src/protocol.ts";
import { builder } from "./builders.ts";

export const networkUri = "file:///net/network.nix";

export function machine(fields: Partial<Machine> = {}): Machine {
  return {
    name: "eiffel",
    range: { start: { line: 4, character: 2 }, end: { line: 9, character: 4 } },
    selectionRange: { start: { line: 4, character: 2 }, end: { line: 4, character: 8 } },
    system: stated("aarch64-linux"),
    ...fields,
  };
}

/** A system with its place in the network file, on line 7 as editors count. */
export function stated(value: string, fields: Partial<MachineSystem> = {}): MachineSystem {
  const range = { start: { line: 6, character: 21 }, end: { line: 6, character: 36 } };
  return { value, origin: "stated", location: { uri: networkUri, range }, ...fields };
}

export const unstated: MachineSystem = { origin: "unstated" };

/** Builders of aarch64-linux. */
export const here = builder("local", { "aarch64-linux": "native" });
export const emulatedHere = builder("local", { "aarch64-linux": "emulated" });
export const remote = builder("ssh://builder-arm", { "aarch64-linux": "unknown" });

/** The choice among these builders for an aarch64-linux machine. */
export function choiceOf(...builders: readonly Builder[]): Pick<FeatureContext, "choice"> {
  return { choice: (): Choice => choiceFor([{ system: "aarch64-linux", features: [] }], builders) };
}

/** What features may look at: a network of such machines. */
export function context(machines: readonly Machine[], fields: Partial<FeatureContext> = {}): FeatureContext {
  const network: Network = { uri: networkUri, machines, complete: true, problems: [] };
  return {
    network,
    choice: () => undefined,
    choiceForSystem: () => undefined,
    running: () => undefined,
    newest: () => undefined,
    cached: () => undefined,
    hydra: () => undefined,
    now: Date.parse("2024-05-01T12:10:00.000Z"),
    commands: new Set(),
    ...fields,
  };
}

export function someBuild(fields: Partial<BuildSummary> = {}): BuildSummary {
  return {
    id: "0lvxa2c00-0000000a",
    uri: networkUri,
    machine: "eiffel",
    place: { kind: "schedule" },
    revision: 1,
    state: "building",
    startedAt: "2024-05-01T12:00:00.000Z",
    kept: {},
    progress: { done: 0, running: 0, failed: 0, expected: 0 },
    transfers: { running: 0, done: 0, bytesDone: 0, bytesExpected: 0 },
    ...fields,
  };
}
