import { storeName } from "../../common/storeName.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import type { BuilderId, DerivationState, TransferState } from "../../protocol.ts";
import type { HydraProgress, RecordedStep, RecordedSteps } from "../hosts/hydra/files.ts";
import type { BuildRecords } from "../record/record.ts";
import { type EventState, emptyState, type FollowedDerivation } from "../stream/eventState.ts";
import { derivationState } from "../stream/toProtocol.ts";
import type { BuildSource, SourceFacts } from "./source.ts";

/** The steps of a build on Hydra, read from its record. */
export class HydraSteps implements BuildSource {
  readonly graph: readonly PlannedDerivation[] = [];
  readonly heard: ReadonlyMap<BuilderId, number> = new Map();
  readonly #records: Pick<BuildRecords, "read">;
  readonly #id: string;
  #state: EventState | undefined;
  /** The number of the steps that were read, and whether the build had ended. */
  #read = "";

  constructor(records: Pick<BuildRecords, "read">, id: string) {
    this.#records = records;
    this.#id = id;
  }

  get state(): EventState | undefined {
    return this.#state;
  }

  async read({ request, hydra }: Partial<SourceFacts>): Promise<boolean> {
    if (hydra?.build === undefined) return true;
    const next = `${hydra.build.id} ${hydra.steps} ${hydra.end?.state}`;
    if (next === this.#read) return true;
    const steps = hydra.steps === 0 ? [] : ((await this.#records.read(this.#id, "steps")) ?? []);
    this.#state ??= emptyState([]);
    update(this.#state, derivationsOf(steps, hydra, request?.hydra?.url));
    this.#read = next;
    return true;
  }

  moved(): ReadonlyMap<string, BuilderId> {
    return new Map();
  }

  derivations(): DerivationState[] {
    return [...(this.#state?.derivations.values() ?? [])].map(each => derivationState(each));
  }

  changed(): DerivationState[] {
    const { changed, derivations } = this.#state ?? emptyState([]);
    return [...derivations.values()].filter(({ drvPath }) => changed.has(drvPath)).map(each => derivationState(each));
  }

  changedTransfers(): TransferState[] {
    return [];
  }

  didPublish(): void {
    this.#state?.changed.clear();
  }
}

/** Takes over what has changed. */
function update(state: EventState, derivations: readonly FollowedDerivation[]): void {
  for (const next of derivations) {
    const known = state.derivations.get(next.drvPath);
    if (known !== undefined && textOf(known) === textOf(next)) continue;
    state.derivations.set(next.drvPath, next);
    state.changed.add(next.drvPath);
  }
}

function textOf({ activities: _, ...derivation }: FollowedDerivation): string {
  return JSON.stringify(derivation);
}

/** The derivations of a build: each is in the state of its last step. */
function derivationsOf(
  steps: RecordedSteps,
  { build, end }: Pick<HydraProgress, "build" | "end">,
  url: string | undefined,
): FollowedDerivation[] {
  const found = new Map<string, FollowedDerivation>();
  for (const step of steps) {
    const attempt = (found.get(step.path)?.attempt ?? 0) + 1;
    found.delete(step.path);
    found.set(step.path, derivationOf(step, attempt, end !== undefined, url));
  }
  if (build === undefined || found.has(build.drvPath)) return [...found.values()];
  const own = { drvPath: build.drvPath, attempt: 0, tail: [], clues: [], activities: new Set<string>() };
  return [...found.values(), { ...own, state: end === undefined ? "planned" : stateOfUnbuilt(end.state) }];
}

/** A build whose own derivation has no step: it was built before, or did not come that far. */
function stateOfUnbuilt(end: NonNullable<HydraProgress["end"]>["state"]): DerivationState["state"] {
  if (end === "succeeded") return "built-by-another";
  return end === "failed" ? "dependency-failed" : "cancelled";
}

function derivationOf(
  step: RecordedStep,
  attempt: number,
  hasEnded: boolean,
  url: string | undefined,
): FollowedDerivation {
  const { path, machine, system, phase, startedAt, stoppedAt, tail = [] } = step;
  return {
    drvPath: path,
    state: stateOf(step, hasEnded),
    attempt,
    phase: step.state === "running" && !hasEnded ? phase : undefined,
    // On Hydra's own machine, the builder is Hydra.
    builder: machine === undefined || machine === "localhost" || machine === "" ? url && storeName(url) : machine,
    startedAt,
    stoppedAt,
    system,
    tail: [...tail],
    clues: [],
    activities: new Set(),
  };
}

function stateOf({ state, kind, inBuild }: RecordedStep, hasEnded: boolean): DerivationState["state"] {
  switch (state) {
    case "running":
      return hasEnded ? "cancelled" : "building";
    case "succeeded":
      if (inBuild !== undefined) return "built-by-another";
      return kind === "substitution" ? "fetched" : "built";
    case "cancelled":
      return "cancelled";
    case "dependency-failed":
      return "dependency-failed";
    default:
      return "failed";
  }
}
