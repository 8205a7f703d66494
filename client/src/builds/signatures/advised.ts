import type { Problem, SignatureAdvice, SignatureReport } from "../../../../server/src/protocol.ts";
import type { GroupStatus } from "./groups.ts";

/** A report with what to do about it, the most urgent first. */
export interface AdvisedReport extends SignatureReport {
  readonly advice: readonly SignatureAdvice[];
}

/** The advice about the paths of a group. */
export function adviceFor(status: GroupStatus, advice: readonly SignatureAdvice[]): readonly Problem[] {
  const about = (wanted: SignatureAdvice["status"]) => advice.filter(each => each.status === wanted);
  // An archive may be missing of a path that is signed. What is only here is one piece of advice, built here or not.
  const own = about(status === "archiveMissing" ? "trusted" : status);
  const found = own.length === 0 && status === "missing" ? about("builtHere") : own;
  return found.map(({ problem }) => problem);
}

/** The advice about a cache itself, such as how to log in. */
export function adviceAbout(url: string, advice: readonly SignatureAdvice[]): Problem | undefined {
  return advice.find(({ cache, status }) => cache === url && status === undefined)?.problem;
}

/** All fixes of several problems as those of one. Undefined if there are no problems. */
export function merged(problems: readonly Problem[]): Problem | undefined {
  const [first, ...others] = problems;
  if (first === undefined || others.length === 0) return first;
  const fixes = new Map(problems.flatMap(({ fixes = [] }) => fixes).map(fix => [JSON.stringify(fix), fix]));
  return { ...first, fixes: [...fixes.values()] };
}
