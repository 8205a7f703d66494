import { isDeepStrictEqual } from "node:util";
import { findBuilders, type KnownBuilders } from "../builders/builders.ts";
import type { BuilderChecks } from "../builders/check/checks.ts";
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

/** What is known of builders from checks and builds. */
export type BuilderKnowledge = Pick<BuilderChecks, "addTo" | "load">;

/** This machine's Nix: how to run it, its settings and its builders. */
export class Toolchain {
  readonly #log: Log;
  readonly #didChange: () => void;
  readonly #find: typeof findBuilders;
  readonly #knowledge: BuilderKnowledge | undefined;
  #nix: Nix;
  /** The lines of setting `morph.builders`. */
  #builderLines: readonly string[];
  #state: ToolchainState = { kind: "unknown" };
  /** The builders as the settings of `#state` define them. */
  #found: KnownBuilders | undefined;
  #access: { readonly nix: Nix; readonly config: NixConfig; readonly access: Promise<NixAccess> } | undefined;

  /** @param find finds the builders; tests pass their own. */
  constructor(settings: Settings, didChange: () => void, log: Log, find = findBuilders, knowledge?: BuilderKnowledge) {
    this.#knowledge = knowledge;
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
    const found = inEffect(await this.#find(config.value, this.#log, sources), own.access);
    return { config: config.value, access: own.access, builders: this.#known(found) };
  }

  configure(settings: Settings): void {
    this.#nix = nixFor(settings, this.#log);
    this.#builderLines = settings.builders;
  }

  /** Reads Nix's settings and finds its builders. */
  async refresh(): Promise<ToolchainState> {
    const nix = this.#nix;
    const { state, found } = await this.#read(nix);
    // If our settings have changed meanwhile, another refresh has been started, and may have ended sooner.
    if (nix !== this.#nix) return this.#state;
    this.#found = found;
    this.#set(state);
    return this.#state;
  }

  /** More is known of the builders than before. */
  didLearn(): void {
    if (this.#state.kind === "known" && this.#found !== undefined)
      this.#set({ ...this.#state, builders: this.#known(this.#found) });
  }

  #set(state: ToolchainState): void {
    if (isDeepStrictEqual(state, this.#state)) return;
    this.#state = state;
    this.#didChange();
  }

  /** Builders with what is known of them from checks and builds. */
  #known(found: KnownBuilders): KnownBuilders {
    return this.#knowledge === undefined ? found : { ...found, list: this.#knowledge.addTo(found.list) };
  }

  async #read(nix: Nix): Promise<{ readonly state: ToolchainState; readonly found?: KnownBuilders | undefined }> {
    const config = await readNixConfig(nix);
    if ("problem" in config) return { state: { kind: "missing", problem: config.problem } };
    const sources = { setting: this.#builderLines };
    const [access, all] = await Promise.all([
      this.#accessOf(nix, config.value),
      this.#find(config.value, this.#log, sources),
      this.#knowledge?.load(),
    ]);
    const found = inEffect(all, access);
    return { state: { kind: "known", config: config.value, access, builders: this.#known(found) }, found };
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
