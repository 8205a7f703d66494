import type { DerivationState } from "../../../../server/src/protocol.ts";
import { type Arrangement, arrange } from "./arrangement.ts";

interface Arranged {
  readonly derivations: readonly DerivationState[];
  readonly arrangement: Arrangement;
}

const nothing: readonly DerivationState[] = [];
const none = arrange(nothing);

/**
 * The current arrangement of each build's derivations. All rows below a build are created from the same arrangement as its own
 * row: otherwise a derivation that moved in between would be in two places, and VS Code does not accept a row twice.
 */
export class Arrangements {
  readonly #shown = new Map<string, Arranged>();

  /** Arranges a build's derivations, unless they have not changed. `now` in epoch ms. */
  renew(id: string, derivations: readonly DerivationState[] = nothing, now = Date.now()): Arrangement {
    const known = this.#shown.get(id);
    if (known?.derivations === derivations && known.arrangement.until > now) return known.arrangement;
    const arrangement = arrange(derivations, known?.arrangement.places, now);
    this.#shown.set(id, { derivations, arrangement });
    return arrangement;
  }

  /** The last arrangement. */
  shown(id: string): Arrangement {
    return this.#shown.get(id)?.arrangement ?? none;
  }

  /** Forgets a build. */
  drop(id: string): void {
    this.#shown.delete(id);
  }

  /** Forgets all builds except these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#shown.keys()) if (!ids.has(id)) this.drop(id);
  }
}
