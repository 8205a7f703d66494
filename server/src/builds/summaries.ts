import { NewestBuilds } from "../common/newestBuilds.ts";
import { type BuildDelta, type BuildSummary, finalStates, type OutdatedBuilds } from "../protocol.ts";
import { shortStamp } from "./summary/stamp.ts";

/** The last published summary of each build. */
export class BuildSummaries {
  readonly #known = new Map<string, BuildSummary>();
  readonly #newest = new NewestBuilds();
  /** Network -> the short stamp of its current text. */
  readonly #texts = new Map<string, string>();
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

  /** The newest build of a machine's system. */
  newest(uri: string, machine: string): BuildSummary | undefined {
    const build = this.#known.get(this.#newest.of(uri, machine) ?? "");
    // A damaged record may have had another name before.
    return build?.uri === uri && build.machine === machine ? build : undefined;
  }

  /** The next revision of a build. */
  nextRevision(id: string): number {
    return (this.#known.get(id)?.revision ?? 0) + 1;
  }

  /** Stores a summary and publishes it. */
  publish(published: BuildSummary, details: Pick<BuildDelta, "derivations" | "transferStates"> = {}): void {
    const summary = this.#compared(published);
    this.#known.set(summary.id, summary);
    this.#newest.add(summary);
    this.#publish({ id: summary.id, revision: summary.revision, summary, ...details });
  }

  /** Forgets a build whose record is gone, and publishes its removal. */
  remove(id: string): void {
    const summary = this.#known.get(id);
    if (summary === undefined) return;
    this.#known.delete(id);
    this.#newest.remove(summary, this.#known.values());
    this.#publish({ id, revision: summary.revision + 1, summary, removed: true });
  }

  /**
   * A network was read. Returns which of its builds are outdated now, and which no longer are; undefined if that has not changed.
   *
   * @param stamp of its current text; undefined if it is not a network any more.
   */
  setText(uri: string, stamp: string | undefined): OutdatedBuilds | undefined {
    if (stamp === undefined) this.#texts.delete(uri);
    else this.#texts.set(uri, shortStamp(stamp));
    const changed = [...this.#known.values()].filter(
      build => build.uri === uri && this.#isOutdated(build) !== (build.outdated === true),
    );
    for (const build of changed) this.#known.set(build.id, this.#compared(build));
    if (changed.length === 0) return undefined;
    const ids = (outdated: boolean) => changed.filter(each => this.#isOutdated(each) === outdated).map(({ id }) => id);
    return { uri, outdated: ids(true), current: ids(false) };
  }

  /** The builds whose intermediate results are no longer needed: this success and older builds of the same output. */
  supersededBy(success: BuildSummary): BuildSummary[] {
    return this.list().filter(build => isSuperseded(build, success));
  }

  /** A summary with the result of comparing its text with the current one. */
  #compared(build: BuildSummary): BuildSummary {
    const { outdated: _, ...summary } = build;
    return this.#isOutdated(build) ? { ...summary, outdated: true } : summary;
  }

  #isOutdated({ uri, stamp }: BuildSummary): boolean {
    const text = this.#texts.get(uri);
    return text !== undefined && stamp !== undefined && text !== stamp;
  }
}

function isSuperseded(build: BuildSummary, success: BuildSummary): boolean {
  const { uri, machine, attribute } = build;
  const isOfSameOutput = uri === success.uri && machine === success.machine && attribute === success.attribute;
  return isOfSameOutput && build.id <= success.id && finalStates.has(build.state);
}
