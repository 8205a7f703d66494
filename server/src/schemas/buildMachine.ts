import * as v from "valibot";
import { isHost, isHostName, isMailAddress } from "../common/entered/hosts.ts";
import { isCachePublicKey, isSshPublicKey } from "../common/entered/keys.ts";
import { absolutePath, integer, machineName, shortText, text } from "./common.ts";

/** The name or address of a host. */
const host = v.pipe(v.string(), v.check(isHost, "is not the name or IPv4 address of a host"));

/** A name in DNS. */
export const hostName = v.pipe(v.string(), v.check(isHostName, "is not the name of a host"));

const port = v.pipe(integer, v.minValue(1), v.maxValue(65_535));

/** Nix's name for a system. */
export const systemName = v.pipe(v.string(), v.maxLength(64), v.regex(/^[\w.]+-[\w.]+$/, "is not a system"));

const sshKey = v.pipe(v.string(), v.check(isSshPublicKey, "is not a public key of ssh"));

/** A public key of a binary cache. */
export const cachePublicKey = v.pipe(v.string(), v.check(isCachePublicKey, "is not a public key of a binary cache"));

/** The most systems or keys of one machine. */
const maxItems = 100;

const binaryCache = v.object({
  host: hostName,
  publicKey: v.optional(cachePublicKey),
  secretKeySource: v.optional(absolutePath),
});

/** A build machine as the user describes it: what is checked here is also checked where it is entered. */
export const buildMachine = v.pipe(
  v.object({
    host,
    sshPort: port,
    hasSsh: v.optional(v.literal(true)),
    system: systemName,
    emulated: v.pipe(v.array(systemName), v.maxLength(maxItems)),
    maxJobs: v.pipe(integer, v.minValue(1), v.maxValue(10_000)),
    cache: v.optional(binaryCache),
    hydra: v.optional(v.object({ host: hostName })),
    web: v.variant("kind", [
      v.object({
        kind: v.literal("https"),
        email: v.pipe(v.string(), v.check(isMailAddress, "is not an address for mail")),
      }),
      v.object({ kind: v.literal("http"), port }),
    ]),
    clientKeys: v.pipe(v.array(sshKey), v.maxLength(maxItems)),
    hostKey: v.optional(sshKey),
  }),
  v.check(
    ({ cache, hydra }) => cache === undefined || cache.host.toLowerCase() !== hydra?.host.toLowerCase(),
    "has the same name for the cache and Hydra, which nginx distinguishes by name",
  ),
  v.check(({ system, emulated }) => !emulated.includes(system), "emulates its own system"),
);

/** A name without a folder and without what has a meaning in Nix or a shell. */
const fileName = v.pipe(text(255), v.regex(/^[\w][\w.-]*\.nix$/, "is not the name of a Nix file"));

export const buildMachineFiles = v.object({
  machineFile: fileName,
  clientFile: fileName,
  deployed: v.optional(v.object({ machine: machineName, network: shortText })),
});
