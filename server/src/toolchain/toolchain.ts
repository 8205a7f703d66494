import { isDeepStrictEqual } from "node:util";
import { findBuilders, type KnownBuilders } from "../builders/builders.ts";
import type { Log } from "../logging/log.ts";
import { readAccess } from "../nix/access.ts";
import { type NixConfig, readNixConfig } from "../nix/config.ts";
import { createNix, type Nix } from "../nix/nix.ts";
import type { NixOptions } from "../nix/nixOptions.ts";
import type { NixAccess, Problem } from "../protocol.ts";
import type { Settings } from "../settings/settings.ts";
import { keepAlive } from "../ssh/keepAlive.ts";
import { inEffect } from "./ignored.ts";

/** What is known about this machine's Nix. */
export type ToolchainState =
  | { readonly kind: "unknown" }
  | { readonly kind: "missing"; readonly problem: Problem }
  | ({ readonly kind: "known" } & ToolchainFacts);

/** The settings of Nix, how it opens its store, and the builders that it knows. */
export interface ToolchainFacts {
  readonly config: NixConfig;
  readonly access: NixAccess;
  readonly builders: KnownBuilders;
}

/** This machine's Nix: how to run it, its settings and its builders. */
export class Toolchain {
  readonly #log: Log;
  readonly #didChange: () => void;
  readonly #find: typeof findBuilders;
  #nix: Nix;
  /** The lines of setting `morph.builders`. */
  #builderLines: readonly string[];
  #state: ToolchainState = { kind: "unknown" };
  #access: { readonly nix: Nix; readonly config: NixConfig; readonly access: Promise<NixAccess> } | undefined;

  /** @param find finds the builders; tests pass their own. */
  constructor(settings: Settings, didChange: () => void, log: Log, find = findBuilders) {
    this.#log = log;
    this.#didChange = didChange;
    this.#find = find;
    this.#nix = nixFor(settings, log);
    this.#builderLines = settings.builders;
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

  get access(): NixAccess | undefined {
    return this.#state.kind === "known" ? this.#state.access : undefined;
  }

  get builders(): KnownBuilders | undefined {
    return this.#state.kind === "known" ? this.#state.builders : undefined;
  }

  /**
   * Settings and builders with a network's own options applied, merged by Nix itself; undefined while they are unknown. If Nix
   * cannot merge the options, returns them without: the build then reports why.
   */
  async withOptions(options: NixOptions = {}): Promise<ToolchainFacts | undefined> {
    const own = this.#state.kind === "known" ? this.#state : undefined;
    if (own === undefined || Object.keys(options).length === 0) return own;
    const config = await readNixConfig(this.#nix, options);
    if ("problem" in config) return own;
    const sources = { setting: this.#builderLines, isOfNetwork: Object.hasOwn(options, "builders") };
    const builders = await this.#find(config.value, this.#log, sources);
    return { config: config.value, access: own.access, builders: inEffect(builders, own.access) };
  }

  configure(settings: Settings): void {
    this.#nix = nixFor(settings, this.#log);
    this.#builderLines = settings.builders;
  }

  /** Reads Nix's settings and finds its builders. */
  async refresh(): Promise<ToolchainState> {
    const nix = this.#nix;
    const state = await this.#read(nix);
    // If our settings have changed meanwhile, another refresh has been started, and may have ended sooner.
    if (nix !== this.#nix) return this.#state;
    if (!isDeepStrictEqual(state, this.#state)) {
      this.#state = state;
      this.#didChange();
    }
    return this.#state;
  }

  async #read(nix: Nix): Promise<ToolchainState> {
    const config = await readNixConfig(nix);
    if ("problem" in config) return { kind: "missing", problem: config.problem };
    const sources = { setting: this.#builderLines };
    const [access, builders] = await Promise.all([
      this.#accessOf(nix, config.value),
      this.#find(config.value, this.#log, sources),
    ]);
    return { kind: "known", config: config.value, access, builders: inEffect(builders, access) };
  }

  /** Determined again only for changed settings: it may ask the daemon. */
  #accessOf(nix: Nix, config: NixConfig): Promise<NixAccess> {
    const last = this.#access;
    if (last !== undefined && last.nix === nix && isDeepStrictEqual(last.config, config)) return last.access;
    const access = readAccess(nix, config);
    this.#access = { nix, config, access };
    return access;
  }
}

function nixFor({ environment, nixBinDir }: Settings, log: Log): Nix {
  return createNix(keepAlive({ ...process.env, ...environment }), nixBinDir, log);
}
