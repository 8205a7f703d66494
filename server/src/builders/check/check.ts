import os from "node:os";
import { type BuilderCheck, localBuilder, type Problem } from "../../protocol.ts";
import { aliveCount, aliveInterval } from "../../ssh/command.ts";
import { isKnownReason } from "../../ssh/reasons.ts";
import type { SshTarget } from "../../ssh/target.ts";
import { freeSpace } from "../../storage/freeSpace.ts";
import { pause } from "../../util/pause.ts";
import { binfmtHandlers } from "../binfmt.ts";
import type { Proof } from "../proofs/proofs.ts";
import { ask, canLogInWithoutAgent, resolves, silent, targetOf } from "./ask.ts";
import { type CheckedBuilder, type CheckTools, type RunningCheck, softLimit } from "./context.ts";
import type { BuilderFacts } from "./facts.ts";
import { openProblem, trustProblem } from "./openProblem.ts";
import { type Outcomes, outcomesOf } from "./outcomes.ts";
import { closedToDaemon, keyInAgent, timedOut, untrustedHere, withDetail, withRootsView } from "./problems.ts";
import { prove, type Trials } from "./prove.ts";
import { proofRequests } from "./requests.ts";

/** The longest that checking one builder may take (ms). */
const maxDuration = 10_000;

export interface CheckOutcome {
  readonly check: BuilderCheck;
  readonly proofs: readonly Proof[];
}

/**
 * Checks one builder, through whatever really connects: connects, asks what it is, and has it build something tiny for each of its
 * systems. Takes at most `maxDuration`.
 */
export async function checkBuilder(tools: CheckTools, checked: CheckedBuilder): Promise<CheckOutcome> {
  const { builder, access } = checked;
  const started = Date.now();
  const left = () => started + softLimit - Date.now();
  const running: RunningCheck = { ...checked, tools, left, signal: AbortSignal.timeout(softLimit) };
  const check =
    builder.id === localBuilder ? checkLocal(running) : access.daemon ? checkByDaemon(running) : checkAsUser(running);
  // A Nix that does not end when asked is killed later: the answer does not wait for it.
  const ended = new AbortController();
  const late = pause(maxDuration, ended.signal).then((): CheckOutcome => {
    const problem = timedOut(builder.name, maxDuration / 1000);
    return { check: checkOf(access.daemon ? "daemon" : "user", false, undefined, problem), proofs: [] };
  });
  return Promise.race([check, late]).finally(() => ended.abort());
}

async function checkLocal(running: RunningCheck): Promise<CheckOutcome> {
  const { builder, config, access, tools, signal } = running;
  const requests = proofRequests(builder);
  const [handlers, trials] = await Promise.all([binfmtHandlers(), prove(tools, requests, ["--builders", ""], signal)]);
  const facts: BuilderFacts = {
    nixVersion: config.version,
    trusted: access.trusted,
    processor: os.machine(),
    emulates: [...new Set(handlers.map(({ system }) => system))].toSorted(),
    freeBytes: freeSpace(tools.storeDir),
    hasProgram: true,
  };
  const outcomes = outcomesOf(builder, trials, facts, now());
  const problem = openProblem(running, outcomes, trials, true);
  return { check: checkOf(access.daemon ? "daemon" : "user", true, facts, problem), proofs: outcomes.proofs };
}

async function checkAsUser(running: RunningCheck): Promise<CheckOutcome> {
  const target = targetOf(running);
  const asked = target === undefined ? silent : await ask(running, target);
  if (asked.problem !== undefined)
    return { check: checkOf("user", asked.problem.code === "builder-no-nix", asked.facts, asked.problem), proofs: [] };
  const trials = await proveRemote(running, sshOptions(running, target));
  const outcomes = outcomesOf(running.builder, trials, asked.facts, now());
  const isReached = asked.facts !== undefined || isProven(running, outcomes);
  const problem = openProblem(running, outcomes, trials, isReached) ?? trustProblem(running, asked.facts, outcomes);
  return { check: checkOf("user", isReached, asked.facts, problem), proofs: outcomes.proofs };
}

/** Our own connection shows what the builder is, if it works; only the daemon's shows whether Nix reaches it. */
async function checkByDaemon(running: RunningCheck): Promise<CheckOutcome> {
  const { builder, access } = running;
  const target = targetOf(running);
  const [asked, trials] = await Promise.all([
    target === undefined ? silent : ask(running, target),
    proveRemote(running, {}),
  ]);
  const outcomes = outcomesOf(builder, trials, asked.facts, now());
  // Without a system that can be tried, our own connection is all that there is.
  const isReached = isProven(running, outcomes) || (trials.trials.length === 0 && asked.facts !== undefined);
  const finish = (problem: Problem | undefined): CheckOutcome => ({
    check: checkOf("daemon", isReached, asked.facts, problem),
    proofs: outcomes.proofs,
  });
  if (isReached) return finish(openProblem(running, outcomes, trials, true));
  if (access.trusted === false) return finish(untrustedHere(builder.name));
  const problem = openProblem(running, outcomes, trials, false);
  if (problem === undefined || problem.code === "untrusted-on-builder") return finish(problem);
  const isVague = problem.code === "builder-unreachable" && !isKnownReason(trials.attempts.texts);
  if (isVague && asked.problem !== undefined) return finish(withRootsView(asked.problem, target));
  const mayBeKey = (isVague || problem.code === "builder-denied") && asked.facts !== undefined;
  if (mayBeKey && target !== undefined && !(await canLogInWithoutAgent(running, target)))
    return finish(withRootsView(withDetail(keyInAgent(builder.name), trials.attempts.texts), target));
  if (!isVague || asked.facts === undefined || target === undefined) return finish(withRootsView(problem, target));
  const closed = closedToDaemon(builder.name, await resolves(running, target));
  return finish(withRootsView({ ...closed, detail: problem.detail }, target));
}

/** Only this builder may build them, if Nix accepts our choice. */
function proveRemote(
  { builder, lines, tools, signal }: RunningCheck,
  env: Readonly<Record<string, string>>,
): Promise<Trials> {
  const place = ["--builders", lines.join(" ; "), "--max-jobs", "0"];
  return prove(tools, proofRequests(builder), place, signal, env);
}

/** Options for the ssh of our own Nix: it never prompts, notices a dead connection, and checks a pinned key also behind an alias. */
function sshOptions({ tools }: RunningCheck, target: SshTarget | undefined): Readonly<Record<string, string>> {
  const options = [
    "BatchMode=yes",
    `ConnectTimeout=${softLimit / 1000}`,
    `ServerAliveInterval=${aliveInterval}`,
    `ServerAliveCountMax=${aliveCount}`,
    ...(target?.hostKey === undefined ? [] : [`HostKeyAlias=${target.host}`]),
  ];
  const own = tools.nix.env.NIX_SSHOPTS ?? "";
  return { NIX_SSHOPTS: `${options.map(option => `-o${option}`).join(" ")} ${own}`.trim() };
}

function isProven({ builder }: RunningCheck, { proofs }: Outcomes): boolean {
  return proofs.some(proof => proof.builder === builder.id);
}

function checkOf(
  through: BuilderCheck["through"],
  reachable: boolean,
  facts: BuilderFacts | undefined,
  problem: Problem | undefined,
): BuilderCheck {
  const { nixVersion, trusted, processor, emulates, freeBytes } = facts ?? {};
  return { at: now(), through, reachable, nixVersion, trusted, processor, emulates, freeBytes, problem };
}

function now(): string {
  return new Date().toISOString();
}
