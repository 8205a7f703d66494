import * as v from "valibot";
import type {
  Batch,
  BatchKind,
  BuilderCheck,
  CacheState,
  Evaluation,
  PathOffer,
  Place,
  Problem,
  ProblemTopic,
  RouteVerdict,
  SignatureReport,
  SignatureSummary,
} from "../protocol.ts";
import { absolutePath, count, integer, type Parsed, type Same, shortText, time } from "./common.ts";

// Parts of the protocol that are also read from files.

/** Where a build is to run. */
export const place = v.variant("kind", [
  v.object({ kind: v.literal("schedule"), without: v.optional(v.pipe(v.array(shortText), v.maxLength(1000))) }),
  v.object({ kind: v.literal("only"), builder: shortText }),
  v.object({ kind: v.literal("store"), store: shortText }),
  v.object({ kind: v.literal("hydra"), project: shortText, jobset: shortText }),
]);

export const batchKind = v.picklist(["all", "tag", "selection"]);

/** The batch of a build. */
export const batch = v.object({
  id: v.pipe(shortText, v.nonEmpty("is empty")),
  kind: batchKind,
  tag: v.optional(shortText),
  size: integer,
  position: integer,
});

const position = v.object({ line: integer, character: integer });
const location = v.object({ uri: v.string(), range: v.object({ start: position, end: position }) });
const command = v.object({
  title: v.string(),
  command: v.string(),
  arguments: v.exactOptional(v.array(v.any())),
});

const about = v.variant("kind", [
  v.object({ kind: v.literal("option"), path: v.array(v.string()), files: v.array(v.string()) }),
  v.object({ kind: v.literal("hash"), specified: v.string(), got: v.string() }),
  v.object({ kind: v.literal("system"), system: v.string() }),
  v.object({ kind: v.literal("url"), url: v.string() }),
]);

export const problem = v.object({
  code: v.string(),
  severity: v.picklist(["error", "warning", "info"]),
  message: v.string(),
  detail: v.optional(v.string()),
  subject: v.optional(v.string()),
  location: v.optional(location),
  fixes: v.optional(v.array(command)),
  quote: v.optional(v.object({ lines: v.array(v.string()), derivation: v.optional(v.string()) })),
  trace: v.optional(v.array(v.object({ text: v.string(), location: v.optional(location) }))),
  about: v.optional(about),
});

/** The result of checking a builder. */
export const builderCheck = v.object({
  at: time,
  through: v.picklist(["user", "daemon"]),
  reachable: v.boolean(),
  nixVersion: v.optional(v.string()),
  trusted: v.optional(v.boolean()),
  processor: v.optional(v.string()),
  emulates: v.optional(v.array(v.string())),
  freeBytes: v.optional(count),
  problem: v.optional(problem),
});

const planSources = v.object({
  build: count,
  fetch: v.array(v.object({ cache: v.string(), key: v.optional(v.string()), paths: count })),
  refused: v.array(
    v.object({
      cache: v.string(),
      status: v.picklist(["untrusted", "invalid", "unsigned"]),
      key: v.optional(v.string()),
      paths: count,
      example: v.string(),
    }),
  ),
  unknown: count,
  output: v.optional(v.object({ cache: v.string(), key: v.optional(v.string()) })),
});

const plan = v.object({
  build: v.array(v.string()),
  fetch: v.array(v.string()),
  downloadBytes: v.optional(count),
  unpackedBytes: v.optional(count),
  sources: v.optional(planSources),
  missesRememberedFor: v.optional(count),
});

export const machineTrust = v.object({
  keys: v.array(v.string()),
  caches: v.array(v.string()),
  users: v.array(v.string()),
  requiresSignatures: v.boolean(),
  login: v.string(),
  substitutes: v.boolean(),
});

export const evaluation = v.object({
  machine: v.string(),
  system: v.string(),
  buildSystem: v.string(),
  drvPath: absolutePath,
  outPath: absolutePath,
  evaluator: v.object({
    path: v.string(),
    origin: v.picklist(["setting", "environment", "morph", "nixpkgs", "bundled"]),
    note: v.optional(v.string()),
  }),
  provenance: v.object({
    nixVersion: v.string(),
    nixPath: v.string(),
    nixpkgs: v.optional(
      v.object({
        path: v.string(),
        revision: v.optional(v.string()),
        versionSuffix: v.optional(v.string()),
      }),
    ),
    morphVersion: v.optional(v.string()),
  }),
  trust: v.optional(machineTrust),
  duration: count,
  plan,
});

const counts = {
  total: count,
  trusted: count,
  untrusted: count,
  invalid: count,
  unsigned: count,
  missing: count,
  contentAddressed: count,
  builtHere: count,
  /** Older versions did not compare contents. */
  differs: v.optional(count, 0),
  unreachable: count,
};

export const signatureSummary = v.object(counts);

const { total: _, ...statuses } = counts;
const { builtHere: __, differs: ___, ...offerStatuses } = statuses;

const offer = v.object({
  cache: v.string(),
  status: v.picklist(Object.keys(offerStatuses) as (keyof typeof offerStatuses)[]),
  key: v.optional(v.string()),
  narMissing: v.optional(v.literal(true)),
  why: v.optional(v.string()),
});

const cacheState = v.object({
  url: v.string(),
  reachable: v.boolean(),
  problem: v.optional(problem),
  kind: v.optional(v.picklist(["http", "file", "nix"])),
  isLive: v.optional(v.literal(true)),
  needsNoSignature: v.optional(v.picklist(["address", "require-sigs"])),
  priority: v.optional(v.pipe(v.number(), v.finite())),
  wantMassQuery: v.optional(v.boolean()),
  storeDir: v.optional(v.string()),
  keys: v.optional(v.array(v.string())),
  counts: v.optional(v.object(offerStatuses)),
});

const routeVerdict = v.object({
  route: v.picklist(["push", "substitute", "copy", "fetch"]),
  used: v.optional(v.literal(true)),
  verdict: v.picklist(["accepted", "refused", "unknown"]),
  accepted: count,
  refused: count,
  unknown: count,
  why: v.string(),
});

/** Reports of older versions have no time, trusted keys or offers. */
export const signatureReport = v.object({
  ...counts,
  at: v.optional(time),
  bytes: v.optional(count),
  trustedKeys: v.optional(v.array(v.string())),
  caches: v.array(cacheState),
  paths: v.array(
    v.object({
      path: v.string(),
      status: v.picklist(Object.keys(statuses) as (keyof typeof statuses)[]),
      key: v.optional(v.string()),
      cache: v.optional(v.string()),
      narMissing: v.optional(v.literal(true)),
      why: v.optional(v.string()),
      offers: v.optional(v.array(offer)),
    }),
  ),
  routes: v.optional(v.array(routeVerdict)),
});

true satisfies Same<Parsed<typeof place>, Place>;
true satisfies Same<Parsed<typeof batchKind>, BatchKind>;
true satisfies Same<Parsed<typeof batch>, Batch>;
true satisfies Same<Parsed<typeof evaluation>, Evaluation>;
true satisfies Same<Parsed<typeof signatureSummary>, SignatureSummary>;
true satisfies Same<Parsed<typeof about>, ProblemTopic>;
true satisfies Same<keyof Parsed<typeof problem>, keyof Problem>;
true satisfies Same<keyof Parsed<typeof builderCheck>, keyof BuilderCheck>;
true satisfies Same<keyof Parsed<typeof signatureReport>, keyof SignatureReport>;
true satisfies Same<keyof Parsed<typeof cacheState>, keyof CacheState>;
true satisfies Same<Parsed<typeof offer>, PathOffer>;
true satisfies Same<Parsed<typeof routeVerdict>, RouteVerdict>;
problem satisfies v.GenericSchema<unknown, Problem>;
signatureReport satisfies v.GenericSchema<unknown, SignatureReport>;
