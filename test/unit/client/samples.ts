import { Arrangements } from "../../../client/src/builds/arrangement/arrangements.ts";
import type { RowContext } from "../../../client/src/views/builds/row/row.ts";
import { KeptRows } from "../../../client/src/views/keptRows.ts";
import type { Status } from "../../../client/src/views/status/status.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type {
  BuildDelta,
  Builder,
  BuildSummary,
  DerivationState,
  HydraMachine,
  Machine,
  Network,
  SignatureSummary,
} from "../../../server/src/protocol.ts";

/** Fills in the arguments without translating. */
export const english: Localiser = {
  t: (message, ...args) => message.replaceAll(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)])),
};

/** 2026-01-01 12:00:00 UTC, in ms. */
export const noon = Date.parse("2026-01-01T12:00:00Z");

/** A time `seconds` after noon, as ISO 8601. */
export function after(seconds: number): string {
  return new Date(noon + seconds * 1000).toISOString();
}

const base: BuildSummary = {
  id: "b1",
  uri: "file:///home/network.nix",
  machine: "eiffel",
  place: { kind: "schedule" },
  revision: 1,
  state: "building",
  startedAt: after(0),
  kept: {},
  progress: { done: 7, running: 1, failed: 0, expected: 10 },
  transfers: { running: 0, done: 0, bytesDone: 0, bytesExpected: 0 },
};

export function aBuild(differences: Partial<BuildSummary> = {}): BuildSummary {
  return { ...base, ...differences };
}

export function aDelta(summary: BuildSummary, differences: Partial<BuildDelta> = {}): BuildDelta {
  return { id: summary.id, revision: summary.revision, summary, ...differences };
}

export function aDerivation(name: string, differences: Partial<DerivationState> = {}): DerivationState {
  return { drvPath: `/nix/store/${"0".repeat(32)}-${name}.drv`, name, attempt: 1, state: "planned", ...differences };
}

export function aMachine(name: string, differences: Partial<Machine> = {}): Machine {
  const range = { start: { line: 1, character: 2 }, end: { line: 1, character: 2 + name.length } };
  return { name, range, selectionRange: range, system: { value: "aarch64-linux", origin: "stated" }, ...differences };
}

/** A machine whose build on Hydra succeeded two hours before noon. */
export function aHydraMachine(differences: Partial<HydraMachine> = {}): HydraMachine {
  return {
    url: "https://hydra.example.org",
    project: "morph",
    machine: "eiffel",
    jobset: "eiffel",
    job: "eiffel",
    isEnabled: true,
    checkInterval: 3600,
    page: "https://hydra.example.org/jobset/morph/eiffel",
    checkedAt: after(-600),
    evaluation: { id: 3, at: after(-3 * 3600) },
    build: {
      id: 7,
      page: "https://hydra.example.org/build/7",
      state: "succeeded",
      at: after(-2 * 3600),
      drvPath: "/nix/store/0-x.drv",
    },
    ...differences,
  };
}

export function aNetwork(differences: Partial<Network> = {}): Network {
  return {
    uri: "file:///home/network.nix",
    machines: [aMachine("eiffel")],
    complete: true,
    problems: [],
    ...differences,
  };
}

export function someSignatures(differences: Partial<SignatureSummary> = {}): SignatureSummary {
  const none = { untrusted: 0, invalid: 0, unsigned: 0, missing: 0, contentAddressed: 0, builtHere: 0 };
  return { total: 14, trusted: 14, ...none, differs: 0, unreachable: 0, ...differences };
}

export function aBuilder(differences: Partial<Builder> = {}): Builder {
  return {
    id: "ssh-ng://root@pi",
    name: "pi",
    kind: "remote",
    offers: [
      {
        systems: [{ system: "aarch64-linux", mode: "unknown", known: "claimed" }],
        maxJobs: 2,
        speedFactor: 1,
        supportedFeatures: [],
        mandatoryFeatures: [],
        origin: { source: "nix.conf" },
        active: true,
      },
    ],
    ...differences,
  };
}

/** The empty context of the Builds view's rows, with the given differences. */
export function aContext(differences: Partial<RowContext> = {}): RowContext {
  const store: RowContext["store"] = {
    summary: () => undefined,
    batch: () => undefined,
    derivations: () => undefined,
    derivation: () => undefined,
    transfers: () => [],
    transfer: () => undefined,
    signatures: () => Promise.reject(new Error("there are no signatures")),
  };
  const [arrangements, kept, keptBuilds] = [new Arrangements(), new KeptRows(), new KeptRows()];
  const [shows, opened] = [() => true, () => false];
  return {
    store,
    arrangements,
    kept,
    keptBuilds,
    shows,
    opened,
    l10n: english,
    pathOf: uri => uri,
    now: () => noon,
    ...differences,
  };
}

/** A batch `all` with a build in each of the states, in this order; its builds are `m0`, `m1`... */
export function aBatch(...states: readonly BuildSummary["state"][]): BuildSummary[] {
  return states.map((state, position) =>
    aBuild({
      id: `m${position}`,
      machine: `m${position}`,
      state,
      batch: { id: "all", kind: "all", size: states.length, position },
    }),
  );
}

/** A trusted workspace with a network, whose server is fine and runs nothing. */
export function aStatus(differences: Partial<Status> = {}): Status {
  return {
    version: "1.2.3",
    session: "running",
    isTrusted: true,
    health: { state: "ok" },
    toolchain: { nix: { version: "2.34.8", system: "x86_64-linux" }, builders: [] },
    hasNetworks: true,
    evaluations: [],
    builds: [],
    batches: [],
    ...differences,
  };
}
