import * as v from "valibot";
import type { Problem } from "../../../protocol.ts";
import { processIdentity } from "../../../records/format/schemas.ts";
import type { CommandLiveness } from "../../../records/processes/liveness.ts";
import { absolutePath, type Parsed, recordId, shortText, time } from "../../../schemas/common.ts";
import { problem } from "../../../schemas/protocol.ts";

// The files of a record that only builds in a builder's store have.

const life = v.picklist(["alive", "dead"]);

const ended = v.object({
  code: v.nullable(v.number()),
  signal: v.nullable(v.string()),
  at: time,
  adopted: v.optional(v.literal(true)),
  /** The store path of the result, if it exists. */
  output: v.optional(absolutePath),
});

/** `connection.json`: what the server that follows a build on its builder knows. */
export const connection = v.object({
  at: time,
  /** That server. If it is not alive, nothing is known. */
  by: processIdentity,
  /** Absent while the builder cannot be reached. */
  processes: v.optional(v.object({ supervisor: life, command: life, launching: v.optional(v.boolean()) })),
  /** How the build ended, once that is known: what is left to do is to collect it. */
  ended: v.optional(ended),
  /** Why it cannot be reached. */
  problem: v.optional(problem),
  /** The builds there that are ours and have no record here. */
  leftovers: v.optional(v.array(v.object({ id: recordId, state: shortText }))),
});

/** `stored.json`: the result that stays in the builder's store. */
export const stored = v.object({
  at: time,
  /** The address of the store. */
  store: shortText,
  output: absolutePath,
  /** Why it is not protected there from garbage collection, or was not copied here. */
  problem: v.optional(problem),
});

/** How a build ended. */
export type Ended = Parsed<typeof ended>;
export type Connection = Parsed<typeof connection>;
export type StoredResult = Parsed<typeof stored>;

true satisfies Connection["problem"] extends Problem | undefined ? true : false;
true satisfies NonNullable<Connection["processes"]> extends CommandLiveness ? true : false;
