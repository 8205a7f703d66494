import { isDeepStrictEqual } from "node:util";
import { findBuilders, type KnownBuilders } from "./builders/builders.ts";
import { type NixConfig, readNixConfig } from "./nix/config.ts";
import { createNix, type Nix } from "./nix/nix.ts";
import type { Problem } from "./protocol.ts";
import type { Settings } from "./settings.ts";

/** What was found out about this machine's Nix. */
export type ToolchainState =
  | { readonly kind: "unknown" }
  | { readonly kind: "missing"; readonly problem: Problem }
  | { readonly kind: "known"; readonly config: NixConfig; readonly known: KnownBuilders };

/** This machine's Nix: how to call it, its settings, and the builders that it knows. */
export class Toolchain {
  readonly #didChange: () => void;
  #nix: Nix;
  #state: ToolchainState = { kind: "unknown" };

  constructor(settings: Settings, didChange: () => void) {
    this.#didChange = didChange;
    this.#nix = nixFor(settings);
  }

  get nix(): Nix {
    return this.#nix;
  }

  get state(): ToolchainState {
    return this.#state;
  }

  get config(): NixConfig | undefined {
    return this.#state.kind === "known" ? this.#state.config : undefined;
  }

  get known(): KnownBuilders | undefined {
    return this.#state.kind === "known" ? this.#state.known : undefined;
  }

  configure(settings: Settings): void {
    this.#nix = nixFor(settings);
  }

  /** Asks Nix for its settings and looks for its builders. */
  async refresh(): Promise<ToolchainState> {
    const nix = this.#nix;
    const config = await readNixConfig(nix);
    // The settings may have changed while Nix answered: then another refresh is on its way.
    if (nix !== this.#nix) return this.#state;
    const state: ToolchainState =
      "problem" in config
        ? { kind: "missing", problem: config.problem }
        : { kind: "known", config: config.value, known: await findBuilders(config.value) };
    if (!isDeepStrictEqual(state, this.#state)) {
      this.#state = state;
      this.#didChange();
    }
    return this.#state;
  }
}

function nixFor({ environment, nixBinDir }: Settings): Nix {
  return createNix({ ...process.env, ...environment }, nixBinDir);
}
