import * as l10n from "@vscode/l10n";
import type { Problem } from "../../../protocol.ts";
import { allOutput, detailOf } from "../evidence/detail.ts";
import {
  type Explain,
  errorsOf,
  type FailedBuild,
  type FailingDerivation,
  failingDerivation,
  isSaid,
  placeIn,
  problemOf,
} from "../evidence/failed.ts";
import { clueIn, quote } from "../evidence/guess.ts";
import { howItEnded } from "./derivation.ts";

/** Running out of memory in messages of Nix. */
const noMemory = /\bout of memory\b|\bcannot allocate memory\b|std::bad_alloc|Too many heap sections/i;

/** The exit code of a shell whose command was killed by signal 9. */
const killedCommand = 137;

/** Out of memory: according to Nix, because the system killed the build, or according to its log. */
export const noMemoryLeft: Explain = failed => {
  const failing = failingDerivation(failed);
  const hasRunOut = isSaid(errorsOf(failed), noMemory);
  if (failing === undefined)
    return hasRunOut
      ? problemOf("out-of-memory", l10n.t("Memory ran out. {0}", advice(placeIn(failed, undefined))), allOutput(failed))
      : undefined;
  const ended = howItEnded(failed, failing);
  if (hasRunOut)
    return problemOf(
      "out-of-memory",
      l10n.t("{0} because memory ran out. {1}", ended, adviceFor(failed, failing)),
      detailOf(failing),
    );
  return wasKilled(failed, failing) ?? perhapsNoMemory(failed, failing, ended);
};

function wasKilled(failed: FailedBuild, failing: FailingDerivation): Problem | undefined {
  const { ending, name } = failing;
  const advised = adviceFor(failed, failing);
  if (ending.kind === "signal" && ending.signal === 9)
    return problemOf(
      "killed",
      l10n.t("{0} was killed (SIGKILL), probably by the out-of-memory killer. {1}", name, advised),
      detailOf(failing),
    );
  if (ending.kind === "exit" && ending.code === killedCommand)
    return problemOf(
      "killed",
      l10n.t(
        "A command of {0} was killed (exit code 137, SIGKILL), probably by the out-of-memory killer. {1}",
        name,
        advised,
      ),
      detailOf(failing),
    );
  return undefined;
}

function perhapsNoMemory(failed: FailedBuild, failing: FailingDerivation, ended: string): Problem | undefined {
  const line = clueIn(failing, "memory");
  if (line === undefined) return undefined;
  return problemOf(
    "out-of-memory",
    l10n.t(
      "{0}, perhaps because memory ran out: its log says '{1}'. {2}",
      ended,
      quote(line),
      adviceFor(failed, failing),
    ),
    detailOf(failing),
  );
}

function adviceFor(failed: FailedBuild, { derivation: { builder } }: FailingDerivation): string {
  return advice(placeIn(failed, builder));
}

function advice(where: string): string {
  return l10n.t("Give {0} more memory or swap, or reduce parallel builds (Nix's 'max-jobs' and 'cores').", where);
}

/** Nix itself was killed before it printed an error. */
export const killedNix: Explain = ({ state, result }) => {
  if (result.signal !== "SIGKILL" || state.errors.length > 0) return undefined;
  return problemOf(
    "killed",
    l10n.t(
      "Nix was killed ({0}), probably by the out-of-memory killer. Build again; completed work is kept.",
      result.signal,
    ),
  );
};
