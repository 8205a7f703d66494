import * as l10n from "@vscode/l10n";
import type { Location } from "vscode-languageserver-types";
import type { Problem } from "../../protocol.ts";
import type { ProcessEnd } from "../process.ts";
import { parseNames } from "./answer.ts";
import { type ChunkContext, evaluateChunk } from "./chunk.ts";
import { planChunks } from "./chunks.ts";
import { type EvaluationError, evaluationError } from "./error.ts";
import { evaluationArguments } from "./evaluation.ts";
import { refusedNixOption, refusedOption } from "./refusedOption.ts";

/** Morph's `info.deployment`, as far as it could be evaluated. */
export interface DeploymentInfo {
  readonly hosts: readonly Host[];
  readonly meta: unknown;
}

/** What Morph reads about a machine. */
export interface Host {
  readonly name: string;
  readonly [field: string]: unknown;
}

/** A reason for which Morph refuses a network, no matter which of its machines is requested. */
export interface Refusal {
  /** The machine concerned; absent: the network itself. */
  readonly machine?: string | undefined;
  /** What is wrong: Nix's message, in one line. */
  readonly sentence: string;
  /** Nix's complete output. */
  readonly text: string;
  /** The path of the option concerned: within the machine, or within the network file. */
  readonly option?: readonly string[] | undefined;
  /** The position that Nix reports, possibly in nixpkgs. */
  readonly location?: Location | undefined;
  readonly trace?: Problem["trace"];
  readonly about?: Problem["about"];
}

/** What Morph would find in a network. */
export interface Deployment {
  readonly info: DeploymentInfo;
  readonly refusals: readonly Refusal[];
  /** False: some of it was not evaluated, because of the limits on memory, time or refusals. */
  readonly complete: boolean;
}

export interface DeploymentLimits {
  /** Limit for the evaluating process (MiB). */
  readonly memory: number;
  /** Limit for the whole evaluation (ms). */
  readonly timeout: number;
  /** After this many refusals the rest is not evaluated: each costs a process. */
  readonly refusals: number;
}

/** A part of what Morph reads. */
interface Part {
  readonly part: "meta" | "nixConfig" | "host" | "buildShell";
  readonly machine?: string;
}

/**
 * Evaluates what Morph evaluates before it builds anything (`info.deployment`, `info.buildShell`), and like Morph without
 * writing to the store. One process runs at a time, with low priority and bounded memory. Undefined if cancelled.
 */
export async function evaluateDeployment(
  context: ChunkContext,
  limits: DeploymentLimits,
): Promise<Deployment | undefined> {
  const deadline = Date.now() + limits.timeout;
  const known = await machineNames(context, limits);
  if (context.signal.aborted) return undefined;
  if (!("value" in known)) {
    const refusal = refusalOf({ part: "meta" }, known);
    const refusals = refusal === undefined ? [] : [refusal];
    return { info: { hosts: [], meta: {} }, refusals, complete: false };
  }
  const names = known.value;
  const found = new Findings();
  const queue = chunksFor(names, limits.memory);
  for (let chunk = queue.shift(); chunk !== undefined; chunk = queue.shift()) {
    const timeout = deadline - Date.now();
    if (timeout <= 0 || found.refusals.length >= limits.refusals) return found.deployment(names, false);
    const { end, left } = await evaluateChunk(
      context,
      chunk,
      argumentsFor(context, chunk),
      parsePart,
      (part, { value }) => found.add(part, value),
      bounded(limits, timeout),
    );
    if (context.signal.aborted) return undefined;
    const [first, ...others] = left;
    if (first === undefined) continue;
    const refusal = refusalOf(first, end);
    if (refusal !== undefined) found.refusals.push(refusal);
    else if (others.length === 0) found.isCut = true;
    // A chunk that was too much for one process is split in half.
    const again = refusal === undefined && others.length > 0 ? halves(left) : [others];
    queue.unshift(...again.filter(({ length }) => length > 0));
  }
  return found.deployment(names, !found.isCut);
}

/** What has been found so far. */
class Findings {
  readonly refusals: Refusal[] = [];
  isCut = false;
  readonly #hosts = new Map<string, object>();
  #meta: unknown = {};
  #nixConfig: unknown = {};

  add({ part, machine }: Part, answer: unknown): void {
    if (part === "meta") {
      this.#meta = answer;
      const wrong = wrongMeta(answer);
      if (wrong !== undefined) this.refusals.push(wrong);
    }
    if (part === "nixConfig") this.#nixConfig = answer;
    if (part === "host" && machine !== undefined && isObject(answer)) this.#hosts.set(machine, answer);
    if (part === "buildShell" && answer !== null && typeof answer !== "string")
      this.refusals.push(wrongType(["network", "buildShell", "drvPath"], l10n.t("a string")));
  }

  deployment(names: readonly string[], complete: boolean): Deployment {
    const hosts = names.flatMap(name => {
      const host = this.#hosts.get(name);
      return host === undefined ? [] : [{ ...host, name, nixConfig: this.#nixConfig }];
    });
    return { info: { hosts, meta: this.#meta }, refusals: this.refusals, complete };
  }
}

function chunksFor(names: readonly string[], memory: number): Part[][] {
  const [first] = names;
  const hosts = names.map((machine): Part => ({ part: "host", machine }));
  const { size } = planChunks(hosts.length, memory, 1);
  const chunks = Array.from({ length: Math.ceil(hosts.length / size) }, (_, index) =>
    hosts.slice(index * size, (index + 1) * size),
  );
  const nixConfig: Part[] = first === undefined ? [] : [{ part: "nixConfig", machine: first }];
  const [one = [], ...others] = chunks;
  const all = [[{ part: "meta" } as const, ...nixConfig, ...one], ...others];
  return [...all.slice(0, -1), [...(all.at(-1) ?? []), { part: "buildShell" }]];
}

function halves<Item>(items: readonly Item[]): Item[][] {
  const middle = Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)];
}

/** Boehm's garbage collector, which Nix uses, respects this limit: Nix then fails with `out of memory`. */
function bounded({ memory }: DeploymentLimits, timeout: number) {
  const env = { GC_MAXIMUM_HEAP_SIZE: String(Math.round(memory * 1024 ** 2)) };
  return { env, timeout, background: true };
}

function argumentsFor({ assets, tools, network }: ChunkContext, items: readonly Part[]): string[] {
  return [
    ...evaluationArguments(assets.deployment, tools.evaluator.path, network, "read-only"),
    ...["--argstr", "items", JSON.stringify(items)],
  ];
}

/** The names of all machines, or how the process failed. */
async function machineNames(
  context: ChunkContext,
  limits: DeploymentLimits,
): Promise<{ readonly value: readonly string[] } | ProcessEnd> {
  const { nix, assets, tools, network, signal } = context;
  const args = evaluationArguments(assets.machineNames, tools.evaluator.path, network, "read-only");
  const end = await nix.run("nix-instantiate", args, { ...bounded(limits, limits.timeout), signal });
  const names = end.kind === "exited" && end.code === 0 ? parseNames(end.stdout) : undefined;
  return names === undefined ? end : { value: names };
}

/** Parses a part's answer, which may be any JSON. */
function parsePart(json: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(json) };
  } catch {
    return undefined;
  }
}

/** Why Morph refuses the part at which a process ended; undefined if it ended for another reason, as then nothing is known. */
function refusalOf({ part, machine }: Part, end: ProcessEnd): Refusal | undefined {
  if (end.kind !== "exited" || end.code === 0 || isOutOfMemory(end.stderr)) return undefined;
  const error = evaluationError(end.stderr);
  if (part === "host") return { machine, option: refusedOption(error.sentence), ...described(error) };
  const nixOption = part === "nixConfig" ? refusedNixOption(error.sentence) : undefined;
  const names = { meta: [], nixConfig: ["nixConfig"], buildShell: ["buildShell"] }[part];
  return { option: ["network", ...names, ...(nixOption === undefined ? [] : [nixOption])], ...described(error) };
}

function described({ sentence, text, location, trace, about }: EvaluationError) {
  return { sentence, text, location, trace, about };
}

function isOutOfMemory(stderr: string): boolean {
  return /^GC Warning: Out of Memory!/m.test(stderr) && /error: out of memory/.test(stderr.slice(-1000));
}

/**
 * Morph reads the network's own description into Go types (`DeploymentMetadata`): a value of another type is an error there,
 * even if Nix accepts it. Go ignores the case of names.
 */
function wrongMeta(meta: unknown): Refusal | undefined {
  const { description, ordering } = fieldsOf(meta);
  if (!isAbsent(description) && typeof description !== "string")
    return wrongType(["network", "description"], l10n.t("a string"));
  if (!isAbsent(ordering) && !isObject(ordering)) return wrongType(["network", "ordering"], l10n.t("a set"));
  for (const [name, tags] of Object.entries(fieldsOf(ordering))) {
    if (name.toLowerCase() !== "tags" || isAbsent(tags)) continue;
    if (!Array.isArray(tags) || !tags.every(tag => isAbsent(tag) || typeof tag === "string"))
      return wrongType(["network", "ordering", name], l10n.t("a list of strings"));
  }
  return undefined;
}

function wrongType(option: readonly string[], expected: string): Refusal {
  const sentence = l10n.t("'{0}' must be {1}.", option.join("."), expected);
  return { option, sentence, text: sentence };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}
