import type { DerivationWithInputs } from "../../nix/derivations/derivation.ts";
import { createQueue } from "../../util/queue.ts";
import { type Availability, type Known, type SignedPlan, type Walk, walk, walkPath } from "./walk.ts";

/** How the facts that a plan needs are found. */
export interface PlanPorts {
  isPresent(path: string): boolean;
  /** Undefined: it cannot be read. */
  readDerivation(drvPath: string): Promise<DerivationWithInputs | undefined>;
  /** What the caches say about paths. A path without an answer is unknown. */
  ask(paths: readonly string[]): Promise<ReadonlyMap<string, Availability>>;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** Each round asks for what refers to what was found: this is far deeper than any closure. */
const maxRounds = 10_000;

/** How many files are read in parallel. */
const parallelReads = 32;

/** Everything that was found out while planning, so that several plans ask only once. */
export class Planner {
  readonly #ports: PlanPorts;
  readonly #reading = createQueue(parallelReads);
  readonly #present = new Map<string, boolean>();
  readonly #derivations = new Map<string, DerivationWithInputs | null>();
  readonly #offers = new Map<string, Availability>();

  constructor(ports: PlanPorts) {
    this.#ports = ports;
  }

  /** What realising an output of a derivation would do; undefined if it was ended before. */
  plan(drvPath: string, output: string): Promise<SignedPlan | undefined> {
    return this.#walk(known => walk(drvPath, output, known));
  }

  /** What fetching a path would do: `fetch` is empty if it is present, or cannot be fetched as a whole. */
  planPath(path: string): Promise<SignedPlan | undefined> {
    return this.#walk(known => walkPath(path, known));
  }

  async #walk(step: (known: Known) => Walk): Promise<SignedPlan | undefined> {
    const known: Known = {
      isPresent: path => this.#isPresent(path),
      derivation: drvPath => this.#derivations.get(drvPath),
      availability: path => this.#offers.get(path),
    };
    for (let round = 0; round < maxRounds; round++) {
      const found = step(known);
      if (found.kind === "plan") return found.plan;
      if (this.#ports.signal.aborted) return undefined;
      await Promise.all([this.#readAll(found.read), this.#askAll(found.ask)]);
    }
    return undefined;
  }

  async #readAll(drvPaths: readonly string[]): Promise<void> {
    const found = await Promise.all(drvPaths.map(drvPath => this.#reading(() => this.#ports.readDerivation(drvPath))));
    for (const [index, drvPath] of drvPaths.entries()) this.#derivations.set(drvPath, found[index] ?? null);
  }

  async #askAll(paths: readonly string[]): Promise<void> {
    if (paths.length === 0) return;
    const answers = await this.#ports.ask(paths);
    for (const path of paths) this.#offers.set(path, answers.get(path) ?? { kind: "unknown" });
  }

  #isPresent(path: string): boolean {
    const known = this.#present.get(path) ?? this.#ports.isPresent(path);
    this.#present.set(path, known);
    return known;
  }
}
