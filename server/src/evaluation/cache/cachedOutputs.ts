/** A cache that has what a machine evaluates to, with a signature that Nix accepts. */
export interface CachedOutput {
  readonly cache: string;
  /** The key that signed it; absent: it needs no signature. */
  readonly key?: string | undefined;
}

interface Known {
  readonly stamp: string;
  readonly output: CachedOutput;
}

/** Which machines can be fetched from a cache, as found out at their last evaluation. Not stored: caches change. */
export class CachedOutputs {
  /** Network -> machine -> what was found, for the text of that stamp. */
  readonly #known = new Map<string, Map<string, Known>>();

  /** @param output undefined: no cache has it. @param stamp of the text that was evaluated. */
  remember(uri: string, machine: string, output: CachedOutput | undefined, stamp: string | undefined): void {
    const machines = this.#known.get(uri) ?? new Map<string, Known>();
    this.#known.set(uri, machines);
    if (output === undefined || stamp === undefined) machines.delete(machine);
    else machines.set(machine, { stamp, output });
  }

  /** @param stamp of the current text: what was evaluated from another one says nothing about it. */
  of(uri: string, machine: string, stamp: string | undefined): CachedOutput | undefined {
    const known = this.#known.get(uri)?.get(machine);
    return known?.stamp === stamp ? known?.output : undefined;
  }
}
