import { type BuildDelta, type BuildSummary, finalStates } from "../protocol.ts";

/** The last published summary of each build. */
export class BuildSummaries {
  readonly #known = new Map<string, BuildSummary>();
  readonly #publish: (delta: BuildDelta) => void;

  constructor(publish: (delta: BuildDelta) => void) {
    this.#publish = publish;
  }

  /** Newest first. */
  list(): BuildSummary[] {
    return [...this.#known.values()].toSorted((a, b) => (a.id < b.id ? 1 : -1));
  }

  get ids(): readonly string[] {
    return [...this.#known.keys()];
  }

  get(id: string): BuildSummary | undefined {
    return this.#known.get(id);
  }

  /** The next revision of a build. */
  nextRevision(id: string): number {
    return (this.#known.get(id)?.revision ?? 0) + 1;
  }

  /** Stores a summary and publishes it. */
  publish(summary: BuildSummary, details: Pick<BuildDelta, "derivations" | "transferStates"> = {}): void {
    this.#known.set(summary.id, summary);
    this.#publish({ id: summary.id, revision: summary.revision, summary, ...details });
  }

  /** Forgets a build whose record is gone, and publishes its removal. */
  remove(id: string): void {
    const summary = this.#known.get(id);
    this.#known.delete(id);
    if (summary !== undefined) this.#publish({ id, revision: summary.revision + 1, summary, removed: true });
  }

  /** The builds whose intermediate results are no longer needed: this success and older builds of the same output. */
  supersededBy(success: BuildSummary): BuildSummary[] {
    return this.list().filter(build => isSuperseded(build, success));
  }
}

function isSuperseded(build: BuildSummary, success: BuildSummary): boolean {
  const { uri, machine, attribute } = build;
  const isOfSameOutput = uri === success.uri && machine === success.machine && attribute === success.attribute;
  return isOfSameOutput && build.id <= success.id && finalStates.has(build.state);
}
