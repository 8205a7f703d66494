import { BuildHosts } from "../../server/src/builds/hosts/hosts.ts";
import { localHost } from "../../server/src/builds/hosts/local.ts";
import { BuildFacts, type RecordFacts } from "../../server/src/builds/record/facts.ts";
import type { BuildRecords, BuildRequest } from "../../server/src/builds/record/record.ts";
import type { Evaluation, SignatureReport } from "../../server/src/protocol.ts";
import type { ProcessIdentity } from "../../server/src/records/format/schemas.ts";
import { identify } from "../../server/src/records/processes/identity.ts";
import { drv, storePath } from "./streams.ts";

/** The process that runs the tests. */
export function thisProcess(): ProcessIdentity {
  const own = identify(process.pid);
  if (own === undefined) throw new Error("this process has no identity");
  return own;
}

/** A process that ran before the last reboot. */
export const deadProcess: ProcessIdentity = { pid: 1, startTime: 1, bootId: "another boot" };

export function someRequest(fields: Partial<BuildRequest> = {}): BuildRequest {
  return {
    id: "0lvxa2c00-0000000a",
    uri: "file:///net/network.nix",
    machine: "web01",
    place: { kind: "schedule" },
    startedAt: "2024-05-01T11:59:00.000Z",
    owner: thisProcess(),
    environment: ["PATH"],
    ...fields,
  };
}

export function someEvaluation(fields: Partial<Evaluation> = {}): Evaluation {
  return {
    machine: "web01",
    system: "x86_64-linux",
    buildSystem: "x86_64-linux",
    drvPath: drv("system"),
    outPath: storePath("system"),
    evaluator: { path: "/nix/store/eval-machines.nix", origin: "bundled" },
    provenance: { nixVersion: "2.8.0", nixPath: "" },
    plan: { build: [drv("hello"), drv("system")], fetch: [] },
    duration: 1,
    ...fields,
  };
}

export function signatureReport(counts: Partial<SignatureReport> = {}): SignatureReport {
  const none = { total: 0, trusted: 0, untrusted: 0, invalid: 0, unsigned: 0, missing: 0, contentAddressed: 0 };
  return { ...none, builtHere: 0, differs: 0, unreachable: 0, caches: [], paths: [], ...counts };
}

/** Facts, with a short form for running processes. */
export interface FactFields extends Partial<RecordFacts> {
  readonly supervisorAlive?: boolean;
  readonly nixAlive?: boolean;
  readonly launching?: boolean;
}

/** The facts of a record that was just made by a server that lives. */
export function recordFacts({ supervisorAlive, nixAlive, launching, ...fields }: FactFields = {}): RecordFacts {
  const liveness = (isAlive = false) => (isAlive ? "alive" : "dead");
  return {
    request: someRequest(),
    ownerAlive: true,
    liveness: { supervisor: liveness(supervisorAlive), command: liveness(nixAlive), launching },
    cancelled: false,
    pinned: false,
    ...fields,
  };
}

/** The facts of the records below a storage folder, whose supervisors run on this machine and are never started. */
export function localFacts(records: BuildRecords): BuildFacts {
  const launch = () => Promise.reject(new Error("launched"));
  return new BuildFacts(records, new BuildHosts(localHost(records, launch)));
}
