import type { PlannedDerivation } from "../nix/derivationGraph.ts";
import type { DerivationState, TransferState } from "../protocol.ts";
import { closeState } from "./closeState.ts";
import type { EventState } from "./eventState.ts";
import { BuildFollower } from "./follower.ts";
import type { BuildRecords, RecordFacts } from "./record.ts";
import { isGraph } from "./recordShapes.ts";
import { derivationState, transferStates } from "./summary.ts";

/** What of a record its stream is read with. */
type Told = Pick<RecordFacts, "evaluation" | "result">;

/** What the event stream of one record tells, and what waits for what in it. */
export class BuildEvents {
  readonly #records: BuildRecords;
  readonly #id: string;
  #follower: BuildFollower | undefined;
  /** Undefined until it is written, which is after the evaluation. */
  #graph: readonly PlannedDerivation[] | undefined;

  /** What was told of each transfer. */
  readonly #transfers = new Map<string, string>();

  constructor(records: BuildRecords, id: string) {
    this.#records = records;
    this.#id = id;
  }

  /** Undefined before the evaluation. */
  get state(): EventState | undefined {
    return this.#follower?.state;
  }

  get graph(): readonly PlannedDerivation[] {
    return this.#graph ?? [];
  }

  /** Takes in what was written since the last time. @param end when the build ended (epoch ms). */
  async read(facts: Told, end = endOf(facts)): Promise<void> {
    // A follower begins with the plan, so it waits for the evaluation.
    const planned = facts.evaluation?.evaluation?.plan.build ?? (end === undefined ? undefined : []);
    if (planned === undefined) return;
    const [events, clock] = [this.#records.fileOf(this.#id, "events"), this.#records.fileOf(this.#id, "clock")];
    this.#follower ??= new BuildFollower(events, clock, planned);
    this.#graph ??= await this.#records.read(this.#id, "graph", isGraph);
    await this.#follower.poll();
    if (end !== undefined) closeState(this.#follower.state, end, facts.result?.code === 0);
  }

  /** The derivations that have changed since `didTell`. */
  get changed(): DerivationState[] {
    const { state } = this;
    return [...(state?.changed ?? [])].flatMap(drvPath => {
      const derivation = state?.derivations.get(drvPath);
      return derivation === undefined ? [] : [derivationState(derivation)];
    });
  }

  /** The transfers that have changed since they were asked for the last time. */
  get changedTransfers(): TransferState[] {
    const { state } = this;
    const changed: TransferState[] = [];
    for (const transfer of state === undefined ? [] : transferStates(state)) {
      const key = `${transfer.from} ${transfer.to} ${transfer.path}`;
      const look = `${transfer.state} ${transfer.done} ${transfer.expected}`;
      if (this.#transfers.get(key) === look) continue;
      this.#transfers.set(key, look);
      changed.push(transfer);
    }
    return changed;
  }

  didTell(): void {
    this.state?.changed.clear();
  }
}

function endOf({ result }: Told): number | undefined {
  return result && Date.parse(result.at);
}
