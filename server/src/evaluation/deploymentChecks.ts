import * as l10n from "@vscode/l10n";
import type { Range } from "vscode-languageserver-types";
import { type DeploymentInfo, evaluateDeployment, type Refusal } from "../nix/evaluation/deployment.ts";
import type { EvaluatedMachine, Problem } from "../protocol.ts";
import { pathOf } from "../workspace/paths.ts";
import type { EvaluationContext } from "./context.ts";
import { ErrorPlaces } from "./errorPlaces.ts";
import { locationOf } from "./machine.ts";

/** Timeout for evaluating Morph's part of a network (ms): it runs in parallel to builds, with low priority. */
const timeout = 15 * 60 * 1000;

/** Maximum number of refusals to find per network. */
const maxRefusals = 20;

/** Maximum length of Nix's message that is kept per refusal (UTF-16 units). */
const maxDetail = 4000;

const beginning: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** What Morph would say about one revision of a network. */
export interface Verdict {
  /** The stamp of the text that was evaluated. */
  readonly revision: string;
  readonly info: DeploymentInfo;
  /** Empty if Morph would deploy it, as far as we know. */
  readonly refusals: readonly Refused[];
}

/** A reason why Morph refuses a network. */
export interface Refused {
  /** Code `not-deployable`, with its location in any file. */
  readonly problem: Problem;
  /** What is wrong, without the consequence. */
  readonly sentence: string;
  /** Absent if it is about the network itself. */
  readonly machine?: string | undefined;
}

/** The evaluation of a machine that a check is started for. */
export interface Evaluated {
  readonly evaluation: EvaluatedMachine;
  /** The attribute of the machine that was evaluated. */
  readonly attribute?: string | undefined;
  /** The stamp of the text before the evaluation. */
  readonly revision: string | undefined;
}

/** A running or finished check. */
interface Check {
  readonly key: string;
  readonly abort: AbortController;
  readonly verdict: Promise<Verdict | undefined>;
  /** Machine and attribute -> derivation. If one changes, the revision has changed, even if the text is the same. */
  readonly drvPaths: Map<string, string>;
  waiting: number;
}

/**
 * Finds out, once per revision of a network, whether Morph would deploy it, and remembers the verdict. Runs only for networks that
 * the user asked to evaluate or build.
 */
export class DeploymentChecks {
  readonly #context: EvaluationContext;
  readonly #checks = new Map<string, Check>();
  /** The last verdict on each network. */
  readonly #verdicts = new Map<string, Verdict>();

  constructor(context: EvaluationContext) {
    this.#context = context;
  }

  /** What Morph refuses about the current text of a network. A problem in another file is reported at its machine. */
  refusals(uri: string): Problem[] {
    return this.#current(uri).map(({ problem, machine }) => {
      if (problem.location?.uri === uri) return problem;
      const place = machine === undefined ? undefined : locationOf(this.#context, uri, machine);
      return { ...problem, location: place ?? { uri, range: beginning } };
    });
  }

  /** What Morph refuses about networks because of a file that is not a network itself. */
  refusalsIn(file: string): Problem[] {
    const all = [...this.#verdicts.keys()].filter(uri => uri !== file).flatMap(uri => this.#current(uri));
    return all.flatMap(({ problem }) => (problem.location?.uri === file ? [problem] : []));
  }

  /** The same for every file, including the networks themselves. */
  refusalsAt(file: string): Problem[] {
    const all = [...this.#verdicts.keys()].flatMap(uri => this.#current(uri));
    return all.flatMap(({ problem }) => (problem.location?.uri === file ? [problem] : []));
  }

  /** The files that cause Morph to refuse a network. */
  refusedFiles(uri: string): ReadonlySet<string> {
    return new Set(this.#current(uri).flatMap(({ problem }) => problem.location?.uri ?? []));
  }

  #current(uri: string): readonly Refused[] {
    const verdict = this.#verdicts.get(uri);
    return verdict !== undefined && verdict.revision === this.#context.networks.stamp(uri) ? verdict.refusals : [];
  }

  /**
   * The verdict on the evaluated revision of a network; undefined if that revision is no longer current or the check is cancelled.
   *
   * @param signal ends the wait, and the check if no other caller waits for it. Without a signal it runs to completion.
   */
  async check(uri: string, evaluated: Evaluated, signal?: AbortSignal): Promise<Verdict | undefined> {
    const check = this.#checkOf(uri, evaluated);
    if (check === undefined || signal?.aborted === true) return undefined;
    check.waiting++;
    if (signal === undefined) return check.verdict;
    let leave = () => {};
    const gone = new Promise<undefined>(resolve => {
      leave = () => {
        check.waiting--;
        if (check.waiting === 0) check.abort.abort();
        resolve(undefined);
      };
    });
    signal.addEventListener("abort", leave);
    return Promise.race([check.verdict, gone]).finally(() => signal.removeEventListener("abort", leave));
  }

  #checkOf(uri: string, { evaluation, attribute, revision }: Evaluated): Check | undefined {
    if (revision === undefined) return undefined;
    const { machine, drvPath, evaluator, provenance } = evaluation;
    const key = JSON.stringify([revision, evaluator.path, provenance.nixPath]);
    const what = JSON.stringify([machine, attribute]);
    const known = this.#checks.get(uri);
    const agrees = known?.key === key && [undefined, drvPath].includes(known.drvPaths.get(what));
    if (known !== undefined && agrees && !known.abort.signal.aborted) {
      known.drvPaths.set(what, drvPath);
      return known;
    }
    known?.abort.abort();
    const abort = new AbortController();
    const verdict = this.#run(uri, revision, evaluation, abort.signal).catch(() => undefined);
    const check: Check = { key, abort, verdict, drvPaths: new Map([[what, drvPath]]), waiting: 0 };
    this.#checks.set(uri, check);
    // Without a verdict, the next call tries again.
    void verdict.then(result => {
      if (result === undefined && this.#checks.get(uri) === check) this.#checks.delete(uri);
    });
    return check;
  }

  async #run(
    uri: string,
    revision: string,
    { evaluator, provenance }: EvaluatedMachine,
    signal: AbortSignal,
  ): Promise<Verdict | undefined> {
    const { networks, toolchain, assets, settings, networkDidChange } = this.#context;
    const network = pathOf(uri);
    if (network === undefined || (await networks.stampOnDisk(uri)) !== revision) return undefined;
    const before = await networks.fingerprint(uri);
    const tools = { nixVersion: provenance.nixVersion, nixPath: provenance.nixPath, evaluator };
    const limits = { memory: settings().evaluationMemory, timeout, refusals: maxRefusals };
    const deployment = await evaluateDeployment({ nix: toolchain.nix, assets, tools, network, signal }, limits);
    if (deployment === undefined || (await networks.fingerprint(uri)) !== before) return undefined;
    const places = new ErrorPlaces(networks, this.#context.isOwnFile, this.#context.assets.folder);
    const refusals = await Promise.all(
      deployment.refusals.map(async refusal => {
        const { sentence, machine } = refusal;
        return { problem: await this.#problemOf(uri, refusal, places), sentence, machine };
      }),
    );
    const verdict: Verdict = { revision, info: deployment.info, refusals };
    this.#verdicts.set(uri, verdict);
    networkDidChange(uri);
    return verdict;
  }

  async #problemOf(uri: string, refusal: Refusal, places: ErrorPlaces): Promise<Problem> {
    const { machine, sentence, text, option, location, trace, about } = refusal;
    // An option may be refused because of a value from elsewhere: then its own place is known from the text alone.
    const stated = option && this.#context.networks.placeOf(uri, machine, option);
    const own = machine === undefined ? undefined : locationOf(this.#context, uri, machine);
    const problem: Problem = {
      code: "not-deployable",
      severity: "error",
      message:
        machine === undefined
          ? l10n.t("Morph refuses this network: {0}", sentence)
          : l10n.t("Morph refuses this network because of {0}: {1}", machine, sentence),
      detail: text.replace(/^error:\s*/, "").trim() === sentence ? undefined : text.slice(0, maxDetail),
      location: stated ?? location,
      trace,
      about,
    };
    return places.placed(problem, uri, machine, stated ?? own);
  }
}

/** The warning of a build whose result Morph would not deploy. */
export function notDeployable(refusals: readonly Refused[]): Problem | undefined {
  const problems = refusals.map(({ problem }) => problem);
  const [first, ...others] = refusals;
  if (first === undefined) return undefined;
  const { machine, sentence, problem } = first;
  const reason =
    machine === undefined
      ? l10n.t("Morph would not deploy this build, as it refuses the network: {0}", sentence)
      : l10n.t("Morph would not deploy this build, because of {0}: {1}", machine, sentence);
  const more = others.length === 0 ? "" : ` ${l10n.t("({0} more)", others.length)}`;
  return {
    code: "not-deployable",
    severity: "warning",
    message: `${reason}${more}`,
    detail: problems.map(({ message, detail }) => [message, detail].filter(Boolean).join("\n")).join("\n\n"),
    location: problem.location,
  };
}
