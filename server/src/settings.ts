import type { HistoryLimits } from "./builds/history.ts";
import { defaultNetworkFiles } from "./network/files.ts";

/** In milliseconds. */
const day = 24 * 60 * 60 * 1000;

const mebibyte = 1024 * 1024;

/** Section `morph` of the configuration, every value present and well-typed. */
export interface Settings {
  /** Globs of the network files. */
  readonly networkFiles: readonly string[];
  /** The folder of Nix's commands; empty: found on PATH. */
  readonly nixBinDir: string;
  /** The path of an `eval-machines.nix`; empty: found (`nix/evaluator.ts`). */
  readonly evaluator: string;
  /** Variables that Nix gets besides the server's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** For all evaluations of a network together (MiB). */
  readonly evaluationMemory: number;
  /** Evaluate all machines of a network when it is opened. */
  readonly evaluateOnOpen: boolean;
  /** So many builds run at once; others wait. */
  readonly maxBuilds: number;
  /** How much is kept of builds that have ended. */
  readonly history: HistoryLimits;
  /** Code of a diagnostic -> how it is shown (`features/checks/codes.ts`). */
  readonly severities: Readonly<Record<string, string>>;
}

/** The keys below `morph` that the server reads, as the manifest names them. */
export const serverSettingKeys = [
  "networkFiles",
  "nix.binDir",
  "evaluator",
  "environment",
  "evaluation.memory",
  "evaluateOnOpen",
  "maxBuilds",
  "history.builds",
  "history.days",
  "history.megabytes",
  "maxLogSize",
  "diagnostics.severity",
] as const;

export const defaultSettings: Settings = {
  networkFiles: defaultNetworkFiles,
  nixBinDir: "",
  evaluator: "",
  environment: {},
  evaluationMemory: 4096,
  evaluateOnOpen: false,
  maxBuilds: 4,
  history: { count: 200, age: 90 * day, bytes: 1024 * mebibyte, logBytes: 100 * mebibyte },
  severities: {},
};

/** Reads what a client sent as section `morph`. A value of a wrong type counts as not set. */
export function readSettings(section: unknown): Settings {
  const morph = asRecord(section);
  return {
    networkFiles: asStrings(morph.networkFiles) ?? defaultSettings.networkFiles,
    nixBinDir: asString(asRecord(morph.nix).binDir),
    evaluator: asString(morph.evaluator),
    environment: asTexts(morph.environment),
    evaluationMemory: asPositive(asRecord(morph.evaluation).memory) ?? defaultSettings.evaluationMemory,
    evaluateOnOpen: morph.evaluateOnOpen === true,
    maxBuilds: Math.ceil(asPositive(morph.maxBuilds) ?? defaultSettings.maxBuilds),
    history: readHistory(morph),
    severities: asTexts(asRecord(morph.diagnostics).severity),
  };
}

function readHistory(morph: Readonly<Record<string, unknown>>): HistoryLimits {
  const { builds, days, megabytes } = asRecord(morph.history);
  const { count, age, bytes, logBytes } = defaultSettings.history;
  return {
    count: asPositive(builds) ?? count,
    age: (asPositive(days) ?? age / day) * day,
    bytes: (asPositive(megabytes) ?? bytes / mebibyte) * mebibyte,
    logBytes: (asPositive(morph.maxLogSize) ?? logBytes / mebibyte) * mebibyte,
  };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

/** The values of a set that are text. */
function asTexts(value: unknown): Record<string, string> {
  return Object.fromEntries(
    Object.entries(asRecord(value)).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

function asString(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function asPositive(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : undefined;
}

function asStrings(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every(item => typeof item === "string") ? value : undefined;
}
