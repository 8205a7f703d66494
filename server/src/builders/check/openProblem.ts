import { localBuilder, type Problem } from "../../protocol.ts";
import { connectionProblem } from "../../ssh/reasons.ts";
import { type RunningCheck, softLimit } from "./context.ts";
import type { BuilderFacts } from "./facts.ts";
import type { Outcomes } from "./outcomes.ts";
import { busy, timedOut, trialFailed, untrustedThere, withDetail } from "./problems.ts";
import type { Trials } from "./prove.ts";

const connectionFailed =
  /^(?:cannot build on '|cannot open connection to remote store '|cannot connect to '|failed to start SSH |unable to open SSH connection )/;

const notPrivileged = /you are not privileged to build (?:input-addressed )?derivations|lacks a (?:valid )?signature/;

/** Why some trial builds prove nothing; undefined if all do. */
export function openProblem(
  { builder, signal, access }: RunningCheck,
  { open, proofs }: Outcomes,
  { attempts, end }: Trials,
  isReached: boolean,
): Problem | undefined {
  const { name, id } = builder;
  const { texts } = attempts;
  if (open.length === 0 && (end.kind === "exited" || proofs.length > 0)) return undefined;
  if (texts.some(text => notPrivileged.test(text))) return withDetail(untrustedThere(name), texts);
  if (id !== localBuilder && texts.some(text => connectionFailed.test(text)))
    return withDetail(connectionProblem(name, texts, access.daemon ? "daemon" : "user"), texts);
  if (signal.aborted) return isReached && id !== localBuilder ? busy(name) : timedOut(name, softLimit / 1000);
  const said = open.flatMap(({ refusal }) => (refusal?.kind === "other" ? [refusal.text] : []))[0];
  const nixSaid = end.kind === "exited" || end.kind === "killed" ? end.stderr : "";
  return withDetail(trialFailed(name, said ?? texts.at(-1) ?? ""), [...texts, nixSaid]);
}

/** A builder that does not trust us, where nothing was built that would show otherwise. */
export function trustProblem(
  { builder }: RunningCheck,
  facts: BuilderFacts | undefined,
  { proofs }: Outcomes,
): Problem | undefined {
  const hasBuilt = proofs.some(({ outcome }) => outcome.kind === "built");
  return facts?.trusted === false && !hasBuilt ? untrustedThere(builder.name) : undefined;
}
