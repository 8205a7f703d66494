import { networkDelta } from "../network/changes.ts";
import type { Network, NetworkChange } from "../protocol.ts";

/** The last published state of networks, so that only changes are published. */
export class PublishedNetworks {
  readonly #networks = new Map<string, Network>();
  /** Kept for removed networks, too: if one comes back, a client's old copy of it must not count as current. */
  readonly #revisions = new Map<string, number>();

  revision(uri: string): number | undefined {
    return this.#networks.has(uri) ? this.#revisions.get(uri) : undefined;
  }

  /** The change to publish for a network; undefined if nothing changed. */
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
