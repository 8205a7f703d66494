import type { DerivationState } from "../../../server/src/protocol.ts";
import { type Arrangement, arrange } from "./arrangement.ts";

interface Arranged {
  readonly derivations: readonly DerivationState[];
  readonly arrangement: Arrangement;
}

const nothing: readonly DerivationState[] = [];
const none = arrange(nothing);

/**
 * How the derivations of each build are listed. All rows below a build are made from what its own row was made from: a derivation
 * that has moved meanwhile would be in two places, and VS Code takes a row only once.
 */
export class Arrangements {
  readonly #shown = new Map<string, Arranged>();

  /** Arranges a build's derivations, unless they are the same as the last time. `now` in epoch ms. */
  renew(id: string, derivations: readonly DerivationState[] = nothing, now = Date.now()): Arrangement {
    const known = this.#shown.get(id);
    if (known?.derivations === derivations && known.arrangement.until > now) return known.arrangement;
    const arrangement = arrange(derivations, known?.arrangement.places, now);
    this.#shown.set(id, { derivations, arrangement });
    return arrangement;
  }

  /** As they were arranged the last time. */
  shown(id: string): Arrangement {
    return this.#shown.get(id)?.arrangement ?? none;
  }

  /** Forgets a build. */
  drop(id: string): void {
    this.#shown.delete(id);
  }

  /** Forgets every build that is not among these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#shown.keys()) if (!ids.has(id)) this.drop(id);
  }
}
