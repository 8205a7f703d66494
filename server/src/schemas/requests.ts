import path from "node:path";
import * as v from "valibot";
import { isSigningAddress, isStoreAddress } from "../common/entered/stores.ts";
import type { ClientNotifications, InitializationOptions, Requests, serverCommands } from "../protocol.ts";
import { buildMachine, buildMachineFiles, cachePublicKey, hostName, systemName } from "./buildMachine.ts";
import {
  absolutePath,
  derivationPath,
  dictionary,
  fileUri,
  integer,
  machineName,
  type Parsed,
  recordId,
  type Same,
  shortText,
  storePath,
} from "./common.ts";
import { hydraJobset, hydraJobsetName, hydraLogin, hydraProject, hydraUrl } from "./hydra.ts";
import { batchKind, place } from "./protocol.ts";

/** The most machines that one request builds. */
const maxMachines = 100_000;

const nothing = v.object({});
const storeAddress = v.pipe(v.string(), v.check(isStoreAddress, "is not the address of a store"));
const signingAddress = v.pipe(
  v.string(),
  v.check(isSigningAddress, "is not the address of a store in which Nix can sign"),
);
const build = { id: recordId };
const network = { uri: fileUri };
const machine = { ...network, machine: machineName };
const attribute = v.optional(shortText);
const jobset = {
  ...network,
  machines: v.pipe(v.array(machineName), v.minLength(1), v.maxLength(maxMachines)),
  jobset: v.optional(hydraJobsetName),
};
/** How a build in a builder's store runs. */
const elsewhere = { detached: v.optional(v.literal(true)), fetch: v.optional(v.literal(true)) };

/** The parameters of every request beyond standard LSP. A field that is not named here is ignored. */
export const requestSchemas = {
  "morph/network": v.object({ textDocument: v.object(network) }),
  "morph/networks": nothing,
  "morph/evaluate": v.object({ ...machine, attribute }),
  "morph/evaluateAll": v.object(network),
  "morph/build": v.object({
    ...machine,
    place: v.optional(place),
    ...elsewhere,
    attribute,
    fromCache: v.optional(v.literal(true)),
    keepFailed: v.optional(v.literal(true)),
    regardless: v.optional(v.literal(true)),
  }),
  "morph/followHydraBuild": v.object({ ...machine, build: integer }),
  "morph/restartHydraBuild": v.object(build),
  "morph/buildMany": v.object({
    ...network,
    machines: v.pipe(v.array(machineName), v.maxLength(maxMachines)),
    place: v.optional(place),
    ...elsewhere,
    kind: v.optional(batchKind),
    tag: attribute,
  }),
  "morph/cancel": v.object(build),
  "morph/keep": v.object({ ...build, on: v.boolean() }),
  "morph/remove": v.object(build),
  "morph/rebuildReasons": v.object(build),
  "morph/leftovers": v.object(build),
  "morph/builds": nothing,
  "morph/buildDetails": v.object(build),
  "morph/watchBuild": v.object({ ...build, on: v.boolean() }),
  "morph/buildLog": v.object({
    ...build,
    derivation: v.optional(derivationPath),
    offset: v.optional(integer),
    colours: v.optional(v.literal(true)),
  }),
  "morph/builders": v.object({
    check: v.optional(v.union([v.literal(true), shortText], "is not the id of a builder")),
  }),
  "morph/declaredBuilders": nothing,
  "morph/buildersFor": v.object(machine),
  "morph/builderFixes": v.object({ ...machine, system: v.optional(systemName) }),
  "morph/buildMachineDefaults": nothing,
  "morph/buildMachineModules": v.object({ machine: buildMachine, files: buildMachineFiles }),
  "morph/createCacheKeys": v.object({ host: hostName, folder: absolutePath }),
  "morph/checkSignatures": v.object(build),
  "morph/signatureAdvice": v.object(build),
  "morph/trustKeyFixes": v.object({ ...build, cache: shortText, publicKey: cachePublicKey }),
  "morph/signPaths": v.object({ ...build, store: signingAddress, keyFile: absolutePath }),
  "morph/pushPaths": v.object({ ...build, store: storeAddress, keyFile: v.optional(absolutePath) }),
  "morph/compareHydraBuild": v.object({ ...machine, withInputs: v.optional(v.literal(true)) }),
  "morph/hydraStatus": v.object({ refresh: v.optional(v.literal(true)) }),
  "morph/watchHydra": v.object({ on: v.boolean() }),
  "morph/hydraConnect": v.object({ url: hydraUrl, project: hydraProject, login: v.optional(hydraLogin) }),
  // Not a union, whose errors name no field.
  "morph/signatures": v.lazy(params => (hasId(params) ? v.object(build) : v.object({ storePath }))),
  "morph/hydraEvaluate": v.object(jobset),
  "morph/hydraJobset": v.object(jobset),
  "morph/createHydraJobset": v.object({ url: hydraUrl, project: hydraProject, jobset: hydraJobset }),
} as const satisfies Readonly<Record<keyof Requests, v.GenericSchema>>;

function hasId(params: unknown): boolean {
  return typeof params === "object" && params !== null && "id" in params;
}

export const notificationSchemas = {
  "morph/didGrantTrust": nothing,
  "morph/hydraLoginDidChange": v.object({ url: hydraUrl }),
} as const satisfies Readonly<Record<keyof ClientNotifications, v.GenericSchema>>;

/** The one argument of each command. */
export const commandSchemas = {
  "morph.evaluate": requestSchemas["morph/evaluate"],
  "morph.build": requestSchemas["morph/build"],
  "morph.cancel": requestSchemas["morph/cancel"],
} as const satisfies Readonly<Record<(typeof serverCommands)[number], v.GenericSchema>>;

export const initializationOptions = v.object({
  settings: v.optional(v.unknown()),
  trusted: v.optional(v.boolean()),
  storageDir: v.optional(v.pipe(shortText, v.check(path.isAbsolute, "is not an absolute path"))),
  views: v.optional(v.boolean()),
  version: v.optional(shortText),
  translations: v.optional(dictionary(v.string())),
  commands: v.optional(v.array(shortText)),
});

/** The parsed parameters of a method. */
export type RequestParams<Method extends keyof Requests> = Parsed<(typeof requestSchemas)[Method]>;

type AllTheSame = { readonly [Method in keyof Requests]: Same<RequestParams<Method>, Requests[Method]["params"]> };

({}) as { readonly [Method in keyof Requests]: true } satisfies AllTheSame;
true satisfies Same<Parsed<typeof initializationOptions>, InitializationOptions>;
