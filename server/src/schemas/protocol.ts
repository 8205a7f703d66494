import * as v from "valibot";
import type { Place } from "../protocol.ts";
import { type Parsed, type Same, shortText } from "./common.ts";

/** Where a build is to run. */
export const place = v.variant("kind", [
  v.object({ kind: v.literal("schedule") }),
  v.object({ kind: v.literal("only"), builder: shortText }),
  v.object({ kind: v.literal("store"), store: shortText }),
]);

true satisfies Same<Parsed<typeof place>, Place>;
