import { modeOn } from "../../builders/capability.ts";
import { transferKey } from "../../common/transferKey.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import type { Builder, BuilderId, DerivationState, Place, TransferState } from "../../protocol.ts";
import { exists } from "../../storage/exists.ts";
import type { BuildRecords } from "../record/record.ts";
import { closeState } from "../stream/closeState.ts";
import { type EventState, type FollowedDerivation, isPending } from "../stream/eventState.ts";
import { ForeignOutputs } from "../stream/foreignOutputs.ts";
import { derivationState, transferStates, withDependencies } from "../stream/toProtocol.ts";
import { Displaced } from "./displaced.ts";
import { BuildFollower } from "./follower.ts";
import { LastHeard } from "./lastHeard.ts";
import type { BuildSource, SourceFacts } from "./source.ts";

/** Longest time slice for reading a stream, so that other builds are not held up (ms). */
const budget = 250;

/** The event stream of one record, with its dependency graph. */
export class NixEvents implements BuildSource {
  readonly #records: BuildRecords;
  readonly #id: string;
  #follower: BuildFollower | undefined;
  /** Undefined until it has been written, after the evaluation. */
  #graph: readonly PlannedDerivation[] | undefined;

  #systems: ReadonlyMap<string, string> = new Map();
  /** It is built in a builder's store: what is in ours says nothing about it. */
  #isElsewhere = false;
  #foreign: ForeignOutputs | undefined;
  /** Derivations whose outputs are in the store although this build did not make them; undefined until it has ended. */
  #present: ReadonlySet<string> | undefined;

  /** The last published state of each transfer, by key. */
  readonly #transfers = new Map<string, string>();
  readonly #heard = new LastHeard();
  readonly #displaced = new Displaced();
  #place: Place = { kind: "schedule" };

  constructor(records: BuildRecords, id: string) {
    this.#records = records;
    this.#id = id;
  }

  get state(): EventState | undefined {
    return this.#follower?.state;
  }

  get graph(): readonly PlannedDerivation[] {
    return this.#graph ?? [];
  }

  get heard(): ReadonlyMap<BuilderId, number> {
    return this.#heard.times;
  }

  async read(facts: Partial<SourceFacts>, end = endOf(facts)): Promise<boolean> {
    this.#place = facts.request?.place ?? this.#place;
    // A follower starts from the plan, so it waits for the evaluation.
    const planned = plannedOf(facts) ?? (end === undefined ? undefined : []);
    if (planned === undefined) return true;
    const place = facts.request?.place;
    const [events, clock] = [this.#records.fileOf(this.#id, "events"), this.#records.fileOf(this.#id, "clock")];
    this.#isElsewhere = place?.kind === "store";
    this.#follower ??= new BuildFollower(events, clock, planned, place?.kind === "store" ? place.store : undefined);
    if (this.#graph === undefined) await this.#readGraph(this.#follower.state);
    const isAll = await this.#follower.poll(budget);
    const { state } = this.#follower;
    this.#foreign?.note(state);
    this.#heard.note(state.heard, this.#follower);
    if (end === undefined || !isAll) return isAll;
    if (facts.result !== undefined || facts.abandonedAt !== undefined) this.#present ??= await this.#findPresent(state);
    closeState(state, end, hasSucceeded(facts), drvPath => this.#present?.has(drvPath) === true);
    return true;
  }

  moved(builders: readonly Builder[]): ReadonlyMap<string, BuilderId> {
    if (this.state !== undefined) this.#displaced.note(this.state, this.graph, builders, this.#place);
    return this.#displaced.moved;
  }

  derivations(builders: readonly Builder[]): DerivationState[] {
    this.moved(builders);
    const all = [...(this.state?.derivations.values() ?? [])].map(each => this.#asProtocol(each, builders));
    return withDependencies(all, this.graph);
  }

  changed(builders: readonly Builder[]): DerivationState[] {
    const { state } = this;
    return [...(state?.changed ?? [])].flatMap(drvPath => {
      const derivation = state?.derivations.get(drvPath);
      return derivation === undefined ? [] : [this.#asProtocol(derivation, builders)];
    });
  }

  #asProtocol(derivation: FollowedDerivation, builders: readonly Builder[]): DerivationState {
    const { attempt, builder, drvPath } = derivation;
    const system = this.#systems.get(drvPath) ?? "";
    const isEmulated = attempt > 0 && modeOn(builder, system, builders) === "emulated";
    return derivationState(derivation, isEmulated, this.#displaced.moved.get(drvPath));
  }

  async #readGraph({ derivations }: EventState): Promise<void> {
    const graph = await this.#records.read(this.#id, "graph");
    if (graph === undefined) return;
    this.#graph = graph;
    this.#systems = new Map(graph.map(({ drvPath, system }) => [drvPath, system]));
    this.#foreign = new ForeignOutputs(graph);
    for (const { drvPath, system } of graph) {
      const derivation = derivations.get(drvPath);
      if (derivation !== undefined) derivation.system = system;
    }
  }

  /**
   * Which derivations that were not started have their outputs in the store. It is recorded, because outputs that exist at the end
   * may be garbage-collected later.
   */
  async #findPresent({ derivations }: EventState): Promise<ReadonlySet<string>> {
    const recorded = await this.#records.read(this.#id, "present");
    if (recorded !== undefined) return new Set(recorded);
    const present: string[] = [];
    if (this.#isElsewhere) return new Set();
    for (const { drvPath, outputs = [] } of this.graph) {
      const derivation = derivations.get(drvPath);
      if (derivation === undefined || !isPending(derivation) || outputs.length === 0) continue;
      if ((await Promise.all(outputs.map(exists))).every(Boolean)) present.push(drvPath);
    }
    // If it cannot be written, the store is checked again next time.
    if (present.length > 0)
      await this.#records
        .write(this.#id, "present", present)
        .catch(error => this.#records.log.warning(`Cannot save which outputs of ${this.#id} were in the store`, error));
    return new Set(present);
  }

  changedTransfers(): TransferState[] {
    const { state } = this;
    const changed: TransferState[] = [];
    for (const transfer of state === undefined ? [] : transferStates(state)) {
      const key = transferKey(transfer);
      const published = `${transfer.state} ${transfer.done} ${transfer.expected}`;
      if (this.#transfers.get(key) === published) continue;
      this.#transfers.set(key, published);
      changed.push(transfer);
    }
    return changed;
  }

  didPublish(): void {
    this.state?.changed.clear();
  }
}

function endOf({ result, abandonedAt }: Partial<SourceFacts>): number | undefined {
  const at = result?.at ?? abandonedAt;
  return at === undefined ? undefined : Date.parse(at);
}

/** Nix creates the link to the output last. */
function hasSucceeded({ result, output }: Partial<SourceFacts>): boolean {
  return result === undefined || result.adopted === true ? output !== undefined : result.code === 0;
}

/** The derivations that it builds; undefined: not evaluated yet. */
function plannedOf({ request, evaluation }: Partial<SourceFacts>): readonly string[] | undefined {
  const planned = evaluation?.evaluation?.plan.build;
  return request?.fromCache === true ? planned && [] : planned;
}
