import { networkDelta } from "../network/changes.ts";
import type { Network, NetworkChange } from "../protocol.ts";

/** What a client has been told of networks, so that it is told only what is another now. */
export class ToldNetworks {
  readonly #networks = new Map<string, Network>();
  /** Also of networks that have gone: what a client kept of one must not be taken for what comes back. */
  readonly #revisions = new Map<string, number>();

  revision(uri: string): number | undefined {
    return this.#networks.has(uri) ? this.#revisions.get(uri) : undefined;
  }

  /** What to tell of a network as it is now; undefined when that is nothing. */
  update(uri: string, network: Network | undefined): NetworkChange | undefined {
    const before = this.#networks.get(uri);
    if (network === undefined) return this.#networks.delete(uri) ? { uri } : undefined;
    this.#networks.set(uri, network);
    const delta = before && networkDelta(before, network);
    if (before !== undefined && delta === undefined) return undefined;
    const revision = (this.#revisions.get(uri) ?? 0) + 1;
    this.#revisions.set(uri, revision);
    return delta === undefined ? { uri } : { uri, revision, ...delta };
  }
}
