import { isDeepStrictEqual } from "node:util";
import { findBuilders, type KnownBuilders } from "../builders/builders.ts";
import type { Log } from "../logging/log.ts";
import { type NixConfig, readNixConfig } from "../nix/config.ts";
import { createNix, type Nix } from "../nix/nix.ts";
import type { NixOptions } from "../nix/nixOptions.ts";
import type { Problem } from "../protocol.ts";
import type { Settings } from "../settings/settings.ts";

/** What was found out about this machine's Nix. */
export type ToolchainState =
  | { readonly kind: "unknown" }
  | { readonly kind: "missing"; readonly problem: Problem }
  | ({ readonly kind: "known" } & Known);

/** The settings of Nix, and the builders that come of them. */
export interface Known {
  readonly config: NixConfig;
  readonly builders: KnownBuilders;
}

/** This machine's Nix: how to call it, its settings, and the builders that it knows. */
export class Toolchain {
  readonly #log: Log;
  readonly #didChange: () => void;
  #nix: Nix;
  #state: ToolchainState = { kind: "unknown" };

  constructor(settings: Settings, didChange: () => void, log: Log) {
    this.#log = log;
    this.#didChange = didChange;
    this.#nix = nixFor(settings, log);
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

  get builders(): KnownBuilders | undefined {
    return this.#state.kind === "known" ? this.#state.builders : undefined;
  }

  /**
   * Settings and builders as they are with a network's own options, merged by Nix itself; undefined where they are not known. Those
   * without where it cannot merge them: then the build says why.
   */
  async withOptions(options: NixOptions = {}): Promise<Known | undefined> {
    const own = this.#state.kind === "known" ? this.#state : undefined;
    if (own === undefined || Object.keys(options).length === 0) return own;
    const config = await readNixConfig(this.#nix, options);
    return "problem" in config ? own : { config: config.value, builders: await findBuilders(config.value, this.#log) };
  }

  configure(settings: Settings): void {
    this.#nix = nixFor(settings, this.#log);
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
        : { kind: "known", config: config.value, builders: await findBuilders(config.value, this.#log) };
    if (!isDeepStrictEqual(state, this.#state)) {
      this.#state = state;
      this.#didChange();
    }
    return this.#state;
  }
}

function nixFor({ environment, nixBinDir }: Settings, log: Log): Nix {
  return createNix({ ...process.env, ...environment }, nixBinDir, log);
}
