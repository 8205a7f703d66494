import type { Outcome } from "../../outcome.ts";
import { isInUse, localLiveness } from "../../records/processes/liveness.ts";
import type { BuildHost } from "./host.ts";

/** What the host needs from the records. */
interface Records {
  folderOf(id: string): string;
  requestCancel(id: string): Promise<void>;
}

/** Starts a supervisor for a record's folder. */
export type LaunchSupervisor = (record: string, adopt?: "adopt") => Promise<Outcome<null>>;

/** This machine: supervisors are local processes and write directly into the record. */
export function localHost(records: Records, launch: LaunchSupervisor): BuildHost {
  return {
    launch: (id, adopt) => launch(records.folderOf(id), adopt),
    liveness: (id, wasLaunched) => localLiveness(records.folderOf(id), wasLaunched),
    isInUse: id => isInUse(records.folderOf(id)),
    requestCancel: id => records.requestCancel(id),
    sync: async () => undefined,
    release: async () => undefined,
    close: () => undefined,
  };
}
