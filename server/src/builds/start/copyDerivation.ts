import * as l10n from "@vscode/l10n";
import { storeName } from "../../common/storeName.ts";
import { type Nix, newStyle, processProblem } from "../../nix/nix.ts";
import { errorProblem } from "../../outcome.ts";
import type { Problem } from "../../protocol.ts";
import { connectionProblem } from "../../ssh/reasons.ts";
import { type Again, connectionFixes } from "../failures/evidence/again.ts";

/** Nix could not reach the other store, or lost the connection. */
const notReached =
  /cannot (?:open connection|connect) to|failed to start SSH|unexpected end-of-file|daemon disconnected|broken pipe/i;

/**
 * Copies a derivation, with all that it refers to but no outputs, into a builder's store. Derivations need no signature, and
 * therefore no trust. Returns why that failed.
 *
 * @param store its address, with the settings to reach it.
 * @param request the arguments with which the same build is requested again.
 */
export async function copyDerivation(
  nix: Nix,
  drvPath: string,
  store: string,
  request: Again,
  signal: AbortSignal,
): Promise<Problem | undefined> {
  const args = [...newStyle, "copy", "--derivation", "--no-check-sigs", "--to", store, drvPath];
  const end = await nix.run("nix", args, { signal });
  if (end.kind !== "exited") return processProblem(end);
  if (end.code === 0) return undefined;
  const detail = end.stderr.trim();
  const name = storeName(store);
  const fixes = connectionFixes(request);
  if (notReached.test(detail)) return { ...connectionProblem(name, [detail], "user"), detail, fixes };
  const said = detail.split("\n").findLast(line => line.includes("error:")) ?? detail;
  const reason = said.replace(/^.*?error:\s*/, "");
  const message = l10n.t("The derivation could not be copied to {0}: {1}", name, reason);
  return { ...errorProblem("not-copied", message, detail), fixes };
}
