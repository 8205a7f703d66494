import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { FailedEvaluation, MachineEvaluation } from "../../../server/src/protocol.ts";

/** The machines that could not be evaluated. */
export function failedEvaluations(evaluations: readonly MachineEvaluation[]): FailedEvaluation[] {
  return evaluations.flatMap(each => ("drvPath" in each ? [] : [each]));
}

/** `12 machines evaluated`, `11 machines evaluated, 1 failed` */
export function evaluationsSummary(evaluations: readonly MachineEvaluation[], l10n: Localiser): string {
  const failed = failedEvaluations(evaluations).length;
  const done = evaluations.length - failed;
  const text = done === 1 ? l10n.t("1 machine evaluated") : l10n.t("{0} machines evaluated", done);
  return failed === 0 ? text : l10n.t("{0}, {1} failed", text, failed);
}

/** Why the user's `morph` may evaluate machines to different results: each reason once. */
export function evaluatorNotes(evaluations: readonly MachineEvaluation[]): string[] {
  return [...new Set(evaluations.flatMap(each => ("drvPath" in each ? (each.evaluator.note ?? []) : [])))];
}
