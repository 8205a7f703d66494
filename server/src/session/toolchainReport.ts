import type { Log } from "../logging/log.ts";
import { morphFile } from "../nix/evaluation/morph.ts";
import type { Settings } from "../settings/settings.ts";
import type { Toolchain } from "../toolchain/toolchain.ts";

/** Logs what builds depend on: Nix, builders, Morph and its evaluator. */
export async function describeToolchain({ state, nix }: Toolchain, settings: Settings, log: Log): Promise<void> {
  if (state.kind === "unknown") return;
  if (state.kind === "missing") return log.warning(state.problem.message, state.problem.detail);
  const builders = state.builders.list.map(({ id, offers }) => {
    const systems = offers.flatMap(offer => offer.systems.map(({ system }) => system));
    return `${id} (${[...new Set(systems)]})`;
  });
  log.info(`Nix ${state.config.version} on ${state.config.system}; builders: ${builders.join(", ") || "none"}`);
  // Morph is not run before an evaluation needs it, which then logs its version.
  const morph = await morphFile(nix);
  const asked = settings.evaluator || nix.env.MORPH_NIX_EVAL_MACHINES;
  log.info(
    [
      morph === undefined ? "no morph on PATH" : `morph: ${morph}`,
      `evaluator: ${asked || "found at each evaluation"}`,
    ].join("; "),
  );
}
