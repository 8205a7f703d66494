import type { Place } from "../../protocol.ts";
import type { BuildRecords } from "../record/record.ts";
import { HydraSteps } from "./hydraSteps.ts";
import { NixEvents } from "./nixEvents.ts";
import type { BuildSource } from "./source.ts";

/** What reports the progress of a build, by where it runs. */
export function sourceAt({ kind }: Place, records: BuildRecords, id: string): BuildSource {
  return kind === "hydra" ? new HydraSteps(records, id) : new NixEvents(records, id);
}
