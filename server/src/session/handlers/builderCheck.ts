import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { CheckTools } from "../../builders/check/context.ts";
import { storeDir } from "../../nix/storeDir.ts";
import { errorProblem } from "../../outcome.ts";
import type { BuilderId } from "../../protocol.ts";
import { requestError } from "../client/incoming.ts";
import type { SessionContext } from "./context.ts";

/**
 * Checks one builder, or all of them, and resolves when that is done. The toolchain must be known. Problem: `unknown-builder`.
 *
 * @param which its id; true: all.
 */
export async function checkBuilders(session: SessionContext, which: BuilderId | true): Promise<void> {
  const { state } = session.toolchain;
  if (state.kind !== "known") return;
  const { config, access, builders } = state;
  const wanted = builders.list.filter(({ id }) => which === true || id === which);
  if (which !== true && wanted.length === 0)
    throw requestError(errorProblem("unknown-builder", l10n.t("Nix has no builder {0}.", which)));
  const checked = wanted.map(builder => ({ builder, lines: builders.lines.get(builder.id) ?? [], config, access }));
  await session.checks.check(toolsOf(session), checked);
}

function toolsOf({ toolchain: { nix }, evaluation, traits }: SessionContext): CheckTools {
  const folder = path.join(traits.storageDir, "check");
  const ssh = { nix, folder: path.join(traits.storageDir, "ssh") };
  return { nix, ssh, folder, expression: evaluation.assets.prove, storeDir: storeDir(nix.env) };
}
