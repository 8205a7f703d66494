import { isHostName } from "../../../server/src/common/entered/hosts.ts";
import type { BuildMachine, BuildMachineCandidate, BuildMachineDefaults } from "../../../server/src/protocol.ts";

/** Where the keys of the cache come from. */
export type KeyOrigin = "later" | "created" | "known";

/** What the user has answered so far, or what is proposed. */
export interface Answers {
  readonly defaults: BuildMachineDefaults;
  /** Undefined: a host that is not a machine of a network. */
  readonly candidate?: BuildMachineCandidate | undefined;
  readonly host: string;
  readonly sshPort: string;
  readonly system: string;
  readonly emulated: readonly string[];
  readonly hasCache: boolean;
  readonly hasHydra: boolean;
  readonly cacheHost: string;
  readonly hydraHost: string;
  readonly web: "https" | "http";
  readonly email: string;
  readonly httpPort: string;
  readonly keyOrigin: KeyOrigin;
  readonly publicKey: string;
  /** The folder on this machine in which keys are created. */
  readonly keyFolder: string;
  readonly clientKey: string;
  readonly hostKey: string;
}

/** How many derivations a client has it build in parallel, unless the module is changed. */
const maxJobs = 4;

/**
 * What is proposed: a machine whose system has a builder, so that it can be built itself.
 *
 * @param keyFolder the folder that is proposed for keys. @param system one that needs a builder.
 */
export function initialAnswers(defaults: BuildMachineDefaults, keyFolder: string, system?: string): Answers {
  const [first] = defaults.candidates;
  const empty = {
    defaults,
    host: "",
    sshPort: "22",
    system: "x86_64-linux",
    emulated: [],
    hasCache: true,
    hasHydra: true,
  };
  const services = { cacheHost: "", hydraHost: "", web: "https", email: "", httpPort: "80" } as const;
  const keys = { keyOrigin: "later", publicKey: "", keyFolder, clientKey: "", hostKey: "" } as const;
  const missing = new Set(defaults.systems.flatMap(each => (each.isBuildable ? [] : [each.system])));
  const native = defaults.candidates.find(
    candidate => candidate.system !== undefined && candidate.system !== system && !missing.has(candidate.system),
  );
  return withCandidate({ ...empty, ...services, ...keys }, native ?? first);
}

/** The answers with what is known of a machine of a network. */
export function withCandidate(answers: Answers, candidate: BuildMachineCandidate | undefined): Answers {
  if (candidate === undefined) return { ...answers, candidate, keyOrigin: "later" };
  const { machine, host = machine, port = 22, system = answers.system } = candidate;
  return withSystem({ ...withHost(answers, host), candidate, sshPort: String(port) }, system);
}

/** Proposes names for the cache and Hydra beside the host. */
export function withHost(answers: Answers, host: string): Answers {
  const domain = isHostName(host) ? host.split(".").slice(1).join(".") : "";
  const named = (service: string) => (domain === "" ? "" : `${service}.${domain}`);
  const web = isPrivate(host) ? "http" : "https";
  return { ...answers, host, cacheHost: named("cache"), hydraHost: named("hydra"), web, email: answers.email };
}

/** Proposes to emulate the systems of the networks' machines that the build machine does not have itself. */
export function withSystem(answers: Answers, system: string): Answers {
  const needed = answers.defaults.systems.map(each => each.system);
  const emulatable = answers.defaults.emulatable[system] ?? [];
  return { ...answers, system, emulated: needed.filter(each => emulatable.includes(each)) };
}

/** Whether a host has no name in the public DNS, so that no certificate is issued for it. */
function isPrivate(host: string): boolean {
  return (
    !host.includes(".") ||
    !isHostName(host) ||
    /\.(?:lan|local|localdomain|internal|home|arpa|example|test)$/i.test(host)
  );
}

/** @param keys what was created, if anything. */
export function toBuildMachine(
  answers: Answers,
  keys?: { readonly publicKey: string; readonly secretKeyFile: string },
): BuildMachine {
  const { candidate, host, system, emulated, hasCache, hasHydra, keyOrigin, clientKey, hostKey } = answers;
  const publicKey = keyOrigin === "known" ? answers.publicKey : keys?.publicKey;
  return {
    host,
    sshPort: Number(answers.sshPort),
    ...(candidate !== undefined && { hasSsh: true }),
    system,
    emulated,
    maxJobs,
    ...(hasCache && { cache: { host: answers.cacheHost, publicKey, secretKeySource: keys?.secretKeyFile } }),
    ...(hasHydra && { hydra: { host: answers.hydraHost } }),
    web:
      answers.web === "https"
        ? { kind: "https", email: answers.email }
        : { kind: "http", port: Number(answers.httpPort) },
    clientKeys: clientKey === "" ? [] : [clientKey],
    ...(hostKey !== "" && { hostKey }),
  };
}
