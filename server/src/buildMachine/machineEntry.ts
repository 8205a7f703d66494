import type { BuildMachine } from "../protocol.ts";
import { stringText } from "../syntax/quoting.ts";
import { emulatedFeatures, names, nativeFeatures } from "./names.ts";
import { indented, type Lines, listText } from "./text.ts";

/** One element of `nix.buildMachines`. */
export interface MachineEntry {
  readonly hostName: string;
  /** Null: the machine itself, as Hydra's queue runner has it. */
  readonly protocol: "ssh-ng" | null;
  readonly sshUser?: string | undefined;
  readonly sshKey?: string | undefined;
  readonly systems: readonly string[];
  readonly maxJobs: number;
  readonly speedFactor?: number | undefined;
  readonly supportedFeatures: readonly string[];
  /** As in a `.pub` file. */
  readonly hostKey?: string | undefined;
}

/** The entry of a build machine for the systems of one kind. A native builder is preferred to one that emulates. */
export function clientEntry(
  { host, maxJobs, hostKey }: Pick<BuildMachine, "host" | "maxJobs" | "hostKey">,
  kind: "native" | "emulated",
  systems: readonly string[],
): MachineEntry {
  return {
    hostName: host,
    protocol: "ssh-ng",
    sshUser: names.user,
    sshKey: names.sshKey,
    systems,
    maxJobs,
    speedFactor: kind === "native" ? 2 : 1,
    supportedFeatures: kind === "native" ? nativeFeatures : emulatedFeatures,
    hostKey,
  };
}

/** An element of `nix.buildMachines` as Nix text. @param systems the expression for `systems`, unless they are listed. */
export function entryText(entry: MachineEntry, systems = listText(entry.systems)): Lines {
  const { hostName, protocol, sshUser, sshKey, maxJobs, speedFactor, supportedFeatures, hostKey } = entry;
  return [
    "{",
    ...indented([
      `hostName = ${stringText(hostName)};`,
      `protocol = ${protocol === null ? "null" : stringText(protocol)};`,
      ...(sshUser === undefined ? [] : [`sshUser = ${stringText(sshUser)};`]),
      ...(sshKey === undefined ? [] : [`sshKey = ${stringText(sshKey)};`]),
      `systems = ${systems};`,
      `maxJobs = ${maxJobs};`,
      ...(speedFactor === undefined ? [] : [`speedFactor = ${speedFactor};`]),
      `supportedFeatures = ${listText(supportedFeatures)};`,
      ...(hostKey === undefined ? [] : [`publicHostKey = ${stringText(base64(hostKey))};`]),
    ]),
    "}",
  ];
}

/** The line of an entry in a machines file, as NixOS writes it (`nixos/modules/config/nix-remote-build.nix`). */
export function machineLine(entry: MachineEntry): string {
  const { hostName, protocol, sshUser, sshKey, systems, maxJobs, speedFactor = 1, supportedFeatures, hostKey } = entry;
  const user = sshUser === undefined ? "" : `${sshUser}@`;
  return [
    `${protocol === null ? "" : `${protocol}://`}${user}${hostName}`,
    systems.join(",") || "-",
    sshKey ?? "-",
    maxJobs,
    speedFactor,
    supportedFeatures.join(",") || "-",
    "-",
    hostKey === undefined ? "-" : base64(hostKey),
  ].join(" ");
}

/** A public key as a machine line has it: its text in base 64. It consists of ASCII characters. */
function base64(hostKey: string): string {
  return btoa(hostKey.trim());
}
