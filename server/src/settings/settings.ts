import * as v from "valibot";
import { hydraAddress } from "../common/entered/hydra.ts";
import type { HistoryLimits } from "../retention/history.ts";
import { dictionary, shortText } from "../schemas/common.ts";
import { hydraProject } from "../schemas/hydra.ts";
import { defaultNetworkFiles } from "../workspace/networkGlobs.ts";

/** In milliseconds. */
const day = 24 * 60 * 60 * 1000;

const mebibyte = 1024 * 1024;

/** Section `morph` of the configuration, every value present and well-typed. */
export interface Settings {
  /** Globs of the network files. */
  readonly networkFiles: readonly string[];
  /** The directory of Nix's commands; empty: found on PATH. */
  readonly nixBinDir: string;
  /** The path of an `eval-machines.nix`; empty: found (`nix/evaluator.ts`). */
  readonly evaluator: string;
  /** Variables for Nix in addition to the server's own environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** Machine lines, as in Nix's machines files, that are used in addition to Nix's own. */
  readonly builders: readonly string[];
  /** Binary caches in which signatures are looked up, in addition to Nix's substituters. */
  readonly caches: readonly string[];
  /** The base address of a Hydra server (`hydraAddress`); empty: none. */
  readonly hydraUrl: string;
  /** The project in it that has the jobsets of this workspace. */
  readonly hydraProject: string;
  /** Memory limit for all parallel evaluations of a network (MiB). */
  readonly evaluationMemory: number;
  /** Evaluate all machines of a network when it is opened. */
  readonly evaluateOnOpen: boolean;
  /** Machine or system -> where it is built unless the user chooses: `schedule`, `local` or the id of a builder. */
  readonly places: Readonly<Record<string, string>>;
  /** How many builds run in parallel; others wait. */
  readonly maxBuilds: number;
  /** How many finished builds are kept, and how long. */
  readonly history: HistoryLimits;
  /** Code of a diagnostic -> how it is shown (`features/checks/codes.ts`). */
  readonly severities: Readonly<Record<string, string>>;
}

const positive = v.pipe(v.number(), v.finite(), v.gtValue(0), v.maxValue(Number.MAX_SAFE_INTEGER));

/** Keeps the entries that are strings without NUL, as environment variables are. */
const texts = v.pipe(
  dictionary(v.unknown()),
  v.transform(values =>
    Object.fromEntries(
      Object.entries(values).filter(
        (entry): entry is [string, string] => typeof entry[1] === "string" && !/\0/.test(entry.join("")),
      ),
    ),
  ),
);

/** The address of a Hydra server, or nothing. */
const hydraUrl = v.pipe(
  shortText,
  v.transform(value => (value.trim() === "" ? "" : hydraAddress(value))),
  v.string("is not the address of a Hydra server"),
);

/** The settings in section `morph` that the server reads, by their keys in the manifest. */
const schemas = {
  networkFiles: v.pipe(v.array(shortText), v.maxLength(1000)),
  "nix.binDir": shortText,
  evaluator: shortText,
  environment: texts,
  builders: v.pipe(v.array(shortText), v.maxLength(1000)),
  caches: v.pipe(v.array(shortText), v.maxLength(100)),
  "hydra.url": hydraUrl,
  "hydra.project": hydraProject,
  "evaluation.memory": positive,
  evaluateOnOpen: v.boolean(),
  places: texts,
  maxBuilds: v.pipe(positive, v.transform(Math.ceil)),
  "history.builds": positive,
  "history.days": positive,
  "history.megabytes": positive,
  maxLogSize: positive,
  "diagnostics.severity": texts,
} as const;

type Key = keyof typeof schemas;

/** The keys in section `morph` that the server reads, as in the manifest. */
export const serverSettingKeys = Object.keys(schemas) as readonly Key[];

export const defaultSettings: Settings = {
  networkFiles: defaultNetworkFiles,
  nixBinDir: "",
  evaluator: "",
  environment: {},
  builders: [],
  caches: [],
  hydraUrl: "",
  hydraProject: "morph",
  evaluationMemory: 4096,
  evaluateOnOpen: false,
  places: {},
  maxBuilds: 4,
  history: { count: 200, age: 90 * day, bytes: 1024 * mebibyte, logBytes: 100 * mebibyte },
  severities: {},
};

/**
 * Parses section `morph` as sent by a client. A value of the wrong type counts as not set.
 *
 * @param didIgnore gets the reason why a value is ignored.
 */
export function readSettings(section: unknown, didIgnore: (why: string) => void = () => undefined): Settings {
  const read = <Name extends Key>(key: Name): v.InferOutput<(typeof schemas)[Name]> | undefined => {
    const value = key.split(".").reduce(fieldOf, section);
    if (value === undefined || value === null) return undefined;
    const result = v.safeParse(schemas[key], value);
    if (!result.success) didIgnore(`morph.${key}: ${result.issues[0].message}`);
    return result.success ? result.output : undefined;
  };
  const { history, ...defaults } = defaultSettings;
  return {
    networkFiles: read("networkFiles") ?? defaults.networkFiles,
    nixBinDir: read("nix.binDir") ?? defaults.nixBinDir,
    evaluator: read("evaluator") ?? defaults.evaluator,
    environment: read("environment") ?? defaults.environment,
    builders: read("builders") ?? defaults.builders,
    caches: read("caches") ?? defaults.caches,
    hydraUrl: read("hydra.url") ?? defaults.hydraUrl,
    hydraProject: read("hydra.project") ?? defaults.hydraProject,
    evaluationMemory: read("evaluation.memory") ?? defaults.evaluationMemory,
    evaluateOnOpen: read("evaluateOnOpen") ?? defaults.evaluateOnOpen,
    places: read("places") ?? defaults.places,
    maxBuilds: read("maxBuilds") ?? defaults.maxBuilds,
    history: {
      count: read("history.builds") ?? history.count,
      age: (read("history.days") ?? history.age / day) * day,
      bytes: (read("history.megabytes") ?? history.bytes / mebibyte) * mebibyte,
      logBytes: (read("maxLogSize") ?? history.logBytes / mebibyte) * mebibyte,
    },
    severities: read("diagnostics.severity") ?? defaults.severities,
  };
}

/** A field of an object; undefined if it does not exist. */
function fieldOf(value: unknown, name: string): unknown {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}
