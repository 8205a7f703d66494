import type { PlannedDerivation } from "../nix/derivationGraph.ts";
import type { BuildableEvaluation } from "../nix/evaluation.ts";
import type { BuildSummary, CacheState, PathSignature, Place, Problem, SignatureReport } from "../protocol.ts";
import type { LogLimit } from "./logCut.ts";
import type { ProcessIdentity } from "./processIdentity.ts";
import type {
  BuildRequest,
  BuildResult,
  EvaluationResult,
  FilledFolder,
  Realisation,
  SupervisedProcess,
} from "./record.ts";
import type { MeasuredSpace } from "./shortOfSpace.ts";

/**
 * Whether the content of a record's file is what it should be, as far as we rely on it: another version or a damaged disk may
 * have written anything.
 */
export type Shape<T> = (value: unknown) => value is T;

type Fields<T> = { readonly [Name in keyof T]?: unknown };

function fieldsOf<T>(value: unknown): Fields<T> {
  return typeof value === "object" && value !== null ? value : {};
}

/** An object whose fields may hold anything. */
export function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isText(value: unknown): value is string {
  return typeof value === "string";
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

export function isTime(value: unknown): value is string {
  return isText(value) && !Number.isNaN(Date.parse(value));
}

function isAbsentOr<T>(value: unknown, shape: Shape<T>): value is T | undefined {
  return value === undefined || shape(value);
}

export function isPlace(value: unknown): value is Place {
  const { kind, builder, store } = fieldsOf<{ kind: string; builder: string; store: string }>(value);
  return kind === "schedule" || (kind === "only" && isText(builder)) || (kind === "store" && isText(store));
}

function isProcess(value: unknown): value is ProcessIdentity {
  const { pid, startTime, bootId } = fieldsOf<ProcessIdentity>(value);
  // A signal to 0 or less reaches whole groups.
  return Number.isSafeInteger(pid) && Number(pid) > 0 && typeof startTime === "number" && isText(bootId);
}

function isProblem(value: unknown): value is Problem {
  const { code, message } = fieldsOf<Problem>(value);
  return isText(code) && isText(message);
}

function isEvaluation(value: unknown): value is BuildableEvaluation {
  const { drvPath, plan, nixConfig = {} } = fieldsOf<BuildableEvaluation>(value);
  const isOptions = isFields(nixConfig) && Object.values(nixConfig).every(isText);
  return isText(drvPath) && isTexts(fieldsOf<BuildableEvaluation["plan"]>(plan).build) && isOptions;
}

function isPlannedDerivation(value: unknown): value is PlannedDerivation {
  const { drvPath, system, requiredFeatures, dependencies, outputs } = fieldsOf<PlannedDerivation>(value);
  const isIndexes = Array.isArray(dependencies) && dependencies.every(index => typeof index === "number");
  return isText(drvPath) && isText(system) && isTexts(requiredFeatures) && isIndexes && isAbsentOr(outputs, isTexts);
}

export function isGraph(value: unknown): value is readonly PlannedDerivation[] {
  return isEach(value, isPlannedDerivation);
}

export function isRequest(value: unknown): value is BuildRequest {
  const { id, uri, machine, place, startedAt, owner, realisation } = fieldsOf<BuildRequest>(value);
  return (
    [id, uri, machine].every(isText) &&
    isPlace(place) &&
    isTime(startedAt) &&
    isProcess(owner) &&
    isAbsentOr(realisation, isRealisation)
  );
}

function isRealisation(value: unknown): value is Realisation {
  const { file, args, cwd, claim, launchedAt, folders = [], log } = fieldsOf<Realisation>(value);
  return (
    [file, cwd, claim].every(isText) &&
    isTexts(args) &&
    Number.isFinite(launchedAt) &&
    isEach(folders, isFilledFolder) &&
    isAbsentOr(log, isLogLimit)
  );
}

function isFilledFolder(value: unknown): value is FilledFolder {
  const { use, path } = fieldsOf<FilledFolder>(value);
  return (use === "store" || use === "build") && isText(path);
}

function isLogLimit(value: unknown): value is LogLimit {
  const { bytes, notice } = fieldsOf<LogLimit>(value);
  return Number.isFinite(bytes) && isText(notice);
}

export function isEvaluationResult(value: unknown): value is EvaluationResult {
  const { at, evaluation, problem, warnings = [] } = fieldsOf<EvaluationResult>(value);
  return (
    isTime(at) && isAbsentOr(evaluation, isEvaluation) && isAbsentOr(problem, isProblem) && isEach(warnings, isProblem)
  );
}

export function isSupervisedProcess(value: unknown): value is SupervisedProcess {
  const { supervisor, nix, space = {} } = fieldsOf<SupervisedProcess>(value);
  return isProcess(supervisor) && isAbsentOr(nix, isProcess) && isSpace(space);
}

export function isResult(value: unknown): value is BuildResult {
  const { at, space = {} } = fieldsOf<BuildResult>(value);
  return isTime(at) && isSpace(space);
}

function isSpace(value: unknown): boolean {
  return isFields(value) && Object.values(value).every(isMeasuredSpace);
}

function isMeasuredSpace(value: unknown): value is MeasuredSpace {
  const { before, least } = fieldsOf<MeasuredSpace>(value);
  return typeof before === "number" && typeof least === "number";
}

export function isSummary(value: unknown): value is BuildSummary {
  const { id, uri, machine, place, state, startedAt, progress } = fieldsOf<BuildSummary>(value);
  const { done, expected } = fieldsOf<BuildSummary["progress"]>(progress);
  return (
    [id, uri, machine, state].every(isText) &&
    isPlace(place) &&
    isTime(startedAt) &&
    typeof done === "number" &&
    typeof expected === "number"
  );
}

export function isSignatureReport(value: unknown): value is SignatureReport {
  const { total, paths, caches } = fieldsOf<SignatureReport>(value);
  return typeof total === "number" && isEach(paths, isPathSignature) && isEach(caches, isCacheState);
}

function isEach<T>(value: unknown, shape: Shape<T>): value is readonly T[] {
  return Array.isArray(value) && value.every(shape);
}

function isPathSignature(value: unknown): value is PathSignature {
  const { path, status } = fieldsOf<PathSignature>(value);
  return isText(path) && isText(status);
}

function isCacheState(value: unknown): value is CacheState {
  const { url, reachable } = fieldsOf<CacheState>(value);
  return isText(url) && typeof reachable === "boolean";
}
