import * as l10n from "@vscode/l10n";
import type { Command } from "vscode-languageserver-types";
import { clientCommands } from "../../../common/clientCommands.ts";
import { isError } from "../../../common/errorLines.ts";
import { storeName } from "../../../common/storeName.ts";
import { nameOfStorePath } from "../../../common/storePath.ts";
import type { HydraBuildRow, HydraBuildStatus } from "../../../hydra/api.ts";
import { errorProblem } from "../../../outcome.ts";
import { maxQuoteLine, maxQuoteLines, type Problem } from "../../../protocol.ts";
import type { HydraProgress, HydraRequest, RecordedStep, RecordedSteps } from "./files.ts";
import { hasFailed } from "./steps.ts";

/** A jobset, and the job that is built. */
export interface JobOf {
  readonly project: string;
  readonly jobset: string;
  readonly job: string;
}

/** Problems after which a build is still followed: Hydra does not answer, or not as it should, perhaps only for now. */
const passing: ReadonlySet<string> = new Set([
  ...["hydra-unreachable", "hydra-signed-out", "hydra-login", "hydra-not-hydra", "hydra-refused"],
]);

/** Whether a request that has failed may succeed later. */
export function isPassing({ code }: Problem): boolean {
  return passing.has(code);
}

/** The workspace is not connected to the Hydra of a build. */
export function notConnected(url: string): Problem {
  const message = l10n.t(
    "This workspace is not connected to {0}, so the progress of this build is unknown. Hydra continues to build.",
    storeName(url),
  );
  return { code: "hydra-not-connected", severity: "warning", message };
}

/** Hydra cannot be asked for now. @param why the problem of the last request. */
export function noAnswer(url: string, why: Problem): Problem {
  const message = l10n.t(
    "{0} does not answer, so the progress of this build is unknown. Hydra continues to build. {1}",
    storeName(url),
    why.message,
  );
  return { ...why, severity: "warning", message };
}

export function noJobset({ project, jobset }: JobOf): Problem {
  return errorProblem("hydra-no-jobset", l10n.t("Hydra has no jobset {0}. Create it first.", `${project}:${jobset}`));
}

export function noJob({ project, jobset, job }: JobOf): Problem {
  return errorProblem(
    "hydra-no-job",
    l10n.t(
      "The newest evaluation of {0} has no job {1}. Check that Hydra evaluates the expression and branch that you expect.",
      `${project}:${jobset}`,
      job,
    ),
  );
}

export function noBuild({ build = 0, url }: HydraRequest): Problem {
  return errorProblem("hydra-no-build", l10n.t("{0} has no build {1} any more.", storeName(url), build));
}

export function inputsFailed({ project, jobset }: JobOf, text: string): Problem {
  return errorProblem(
    "hydra-inputs",
    l10n.t("Hydra cannot fetch the inputs of {0}: {1}", `${project}:${jobset}`, firstLine(text)),
    text,
  );
}

/** Has Hydra start a build again. @param id of its record. */
export function restartFix(id: string): Command {
  return { title: l10n.t("Restart on Hydra"), command: clientCommands.restartOnHydra, arguments: [{ id }] };
}

/** Hydra refused to cancel a build, which continues. */
export function notCancelled(why: Problem): Problem {
  return { ...why, severity: "warning", message: l10n.t("The build was not cancelled on Hydra. {0}", why.message) };
}

/** Why a build has failed, by its status and its steps. */
export function buildFailed({ id, status = "unknown" }: HydraBuildRow, steps: RecordedSteps, page: string): Problem {
  // The first one that was not repeated: others may have failed because of it.
  const step = steps.find(
    (each, index) => hasFailed(each) && !steps.slice(index + 1).some(({ path }) => path === each.path),
  );
  const failed = step?.state === "running" || step === undefined ? undefined : step;
  const name = failed === undefined ? undefined : nameOfStorePath(failed.path);
  const message = sentence(failed?.state === undefined || failed.state === "running" ? status : failed.state, name, id);
  return {
    ...errorProblem("hydra-build-failed", message, [page, ...(failed?.tail ?? [])].join("\n")),
    ...(failed !== undefined && { subject: nameOfStorePath(failed.path).replace(/-\d.*$/, "") }),
    ...quoteOf(failed),
  };
}

/** The first of the last lines that looks like an error, and what follows it; without one, the last line. */
function quoteOf(step: RecordedStep | undefined): Pick<Problem, "quote"> {
  const tail = (step?.tail ?? []).filter(line => line.trim() !== "");
  const first = tail.findIndex(isError);
  const deciding = tail.slice(first === -1 ? -1 : first).slice(0, maxQuoteLines);
  const lines = deciding.map(line => line.slice(0, maxQuoteLine));
  return step === undefined || lines.length === 0 ? {} : { quote: { lines, derivation: step.path } };
}

function sentence(status: HydraBuildStatus, derivation: string | undefined, build: number): string {
  const name = derivation ?? l10n.t("build {0}", build);
  switch (status) {
    case "failed":
    case "failed-with-output":
    case "succeeded":
      return l10n.t("{0} failed on Hydra.", name);
    case "dependency-failed":
      return l10n.t("A dependency of {0} failed on Hydra.", name);
    case "aborted":
      return l10n.t(
        "Hydra aborted {0}: it has no machine for its system or features, or lost the connection to it. Restart the build, or check Hydra's machines.",
        name,
      );
    case "cancelled":
      return l10n.t("{0} was cancelled on Hydra.", name);
    case "timed-out":
      return l10n.t(
        "{0} timed out on Hydra. Raise 'meta.timeout' or 'meta.maxSilent' of the job, or build on a faster machine.",
        name,
      );
    case "log-limit":
      return l10n.t("{0} printed more than Hydra's log limit.", name);
    case "output-limit":
      return l10n.t("The output of {0} is larger than Hydra's limit.", name);
    case "not-deterministic":
      return l10n.t("{0} is not deterministic: building it twice gave different results.", name);
    case "unknown":
      return l10n.t("{0} failed on Hydra for a reason that this version does not know.", name);
  }
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}

/** How a finished build ended. */
export function endOf({ status, stoppedAt }: HydraBuildRow, now: number): NonNullable<HydraProgress["end"]> {
  const state = status === "succeeded" || status === "cancelled" ? status : "failed";
  return { state, at: new Date(stoppedAt ?? now).toISOString() };
}
