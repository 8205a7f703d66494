/** The parts of a build's summary that identify the newest one of a machine. */
interface Named {
  /** Starts with the time of its start, so that the newest one is the greatest. */
  readonly id: string;
  readonly uri: string;
  readonly machine: string;
  /** The output; absent: the machine's system. */
  readonly attribute?: string | undefined;
}

/** The newest build of each machine's system, found in constant time. */
export class NewestBuilds {
  readonly #newest = new Map<string, string>();

  /** The id of the newest build of a machine's system. */
  of(uri: string, machine: string): string | undefined {
    return this.#newest.get(keyOf({ uri, machine }));
  }

  /** Adds a build. Those of other outputs do not count. */
  add(build: Named): void {
    if (build.attribute !== undefined) return;
    const key = keyOf(build);
    if ((this.#newest.get(key) ?? "") < build.id) this.#newest.set(key, build.id);
  }

  /** A build was removed. @param others all remaining builds. */
  remove(build: Named, others: Iterable<Named>): void {
    const key = keyOf(build);
    if (this.#newest.get(key) !== build.id) return;
    this.#newest.delete(key);
    for (const other of others) if (keyOf(other) === key) this.add(other);
  }

  clear(): void {
    this.#newest.clear();
  }
}

function keyOf({ uri, machine }: Pick<Named, "uri" | "machine">): string {
  return JSON.stringify([uri, machine]);
}
