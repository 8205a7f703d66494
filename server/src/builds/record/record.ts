import type * as v from "valibot";
import { type Log, silentLog } from "../../logging/log.ts";
import { CommandRecords, type ContentOf } from "../../records/records.ts";
import { whyUnreadable } from "../../storage/regularFile.ts";
import { inspectWhole } from "../../storage/wholeFile.ts";
import type { Damage } from "./damage.ts";
import { type RecordFile, recordFiles } from "./files.ts";
import { recordSchemas } from "./schemas.ts";

/** The records of builds: `<storage>/builds/<id>/`. */
const buildKind = { folder: "builds", files: recordFiles, schemas: recordSchemas } as const;

type Content<Name extends keyof typeof recordSchemas> = ContentOf<typeof buildKind, Name>;

/** `request.json`: what was requested, and how Nix is called for it once that is known. */
export type BuildRequest = Content<"request">;

/** What was requested. */
export type Asked = Pick<
  BuildRequest,
  "uri" | "machine" | "attribute" | "place" | "detached" | "fetch" | "fromCache" | "keepFailed" | "regardless"
>;

/** `evaluation.json` */
export type EvaluationResult = Content<"evaluation">;

/** `deployment.json`: what Morph would say about the evaluated network. */
export type DeploymentResult = Content<"deployment">;

/** Files that are replaced as a whole. */
const jsonFiles: readonly (keyof typeof recordSchemas)[] = [
  ...(["request", "evaluation", "graph", "process", "connection", "result"] as const),
  ...(["present", "stored", "summary", "signatures", "hydra", "steps"] as const),
];

/** Files that grow and may be large. */
const streamFiles: readonly RecordFile[] = ["events", "clock", "archive"];

/** The records of the builds below a storage folder. */
export class BuildRecords extends CommandRecords<typeof buildKind> {
  constructor(storageDir: string, log: Log = silentLog) {
    super(buildKind, storageDir, log);
  }

  /** Which files of a record exist but cannot be read or are malformed. */
  async damage(id: string): Promise<Damage> {
    const found = await Promise.all([
      ...jsonFiles.map(async name => [name, await this.#whyMalformed(id, name)] as const),
      ...streamFiles.map(async name => [name, await whyUnreadable(this.fileOf(id, name))] as const),
    ]);
    return new Map(found.flatMap(([name, why]) => (why === undefined ? [] : [[name, why] as const])));
  }

  async #whyMalformed(id: string, name: keyof typeof recordSchemas): Promise<string | undefined> {
    const found = await inspectWhole(this.folderOf(id), recordFiles[name], recordSchemas[name] as v.GenericSchema);
    return "why" in found ? found.why : undefined;
  }
}
