import type { Log } from "../logging/log.ts";
import { morphFile } from "../nix/evaluation/morph.ts";
import type { ToolchainReport } from "../protocol.ts";
import type { Settings } from "../settings/settings.ts";
import type { Toolchain } from "../toolchain/toolchain.ts";
import type { Notify } from "./client/notify.ts";

/** Publishes and logs what builds depend on when it changes: Nix, builders, Morph and its evaluator. */
export class ToolchainReporter {
  readonly #notify: Notify;
  readonly #log: Log;
  #published = "";

  constructor(notify: Notify, log: Log) {
    this.#notify = notify;
    this.#log = log;
  }

  async report(toolchain: Toolchain, settings: Settings): Promise<void> {
    const { state } = toolchain;
    if (state.kind === "unknown") return;
    const report = await reportOf(toolchain, settings);
    const text = JSON.stringify(report);
    if (text === this.#published) return;
    this.#published = text;
    this.#notify("morph/toolchainDidChange", report);
    if (state.kind === "missing") this.#log.warning(state.problem.message, state.problem.detail);
    else describe(report, this.#log);
  }
}

async function reportOf({ state, nix }: Toolchain, settings: Settings): Promise<ToolchainReport> {
  const known = state.kind === "known" ? state : undefined;
  // Morph is not run before an evaluation needs it, which then logs its version.
  const morph = await morphFile(nix);
  return {
    nix: known && { version: known.config.version, system: known.config.system },
    builders: known?.builders.list ?? [],
    access: known?.access,
    morph,
    evaluator: chosenEvaluator(settings, nix.env.MORPH_NIX_EVAL_MACHINES),
  };
}

function chosenEvaluator({ evaluator }: Settings, variable: string | undefined): ToolchainReport["evaluator"] {
  if (evaluator !== "") return { path: evaluator, origin: "setting" };
  return variable === undefined || variable === "" ? undefined : { path: variable, origin: "environment" };
}

function describe({ nix, builders, access, morph, evaluator }: ToolchainReport, log: Log): void {
  const known = builders.map(({ id, offers }) => {
    const systems = offers.flatMap(offer => offer.systems.map(({ system }) => system));
    return `${id} (${[...new Set(systems)]})`;
  });
  log.info(`Nix ${nix?.version} on ${nix?.system}; builders: ${known.join(", ") || "none"}`);
  log.info(
    [
      accessText(access),
      morph === undefined ? "no morph on PATH" : `morph: ${morph}`,
      `evaluator: ${evaluator?.path ?? "found at each evaluation"}`,
    ].join("; "),
  );
}

function accessText(access: ToolchainReport["access"]): string {
  if (access?.daemon !== true) return "no daemon";
  return `daemon (our user is ${access.trusted === undefined ? "perhaps " : access.trusted ? "" : "not "}trusted)`;
}
