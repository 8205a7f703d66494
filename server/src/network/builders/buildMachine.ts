import { textsOf } from "../../staticEvaluation/values/inspect.ts";
import { known, select, textOf, type Value } from "../../staticEvaluation/values/value.ts";

/** An entry of `nix.buildMachines` (NixOS, `nixos/modules/config/nix-remote-build.nix`), with the defaults of NixOS. */
export interface BuildMachine {
  /** Undefined: the text does not determine it. */
  readonly hostName: string | undefined;
  readonly protocol: string | null;
  /** `system`, which wins over `systems`. Empty: neither is set, which NixOS refuses, or `unknown` has it. */
  readonly systems: readonly string[];
  readonly sshUser: string | null;
  readonly sshKey: string | null;
  readonly maxJobs: number;
  readonly speedFactor: number;
  readonly supportedFeatures: readonly string[];
  readonly mandatoryFeatures: readonly string[];
  readonly publicHostKey: string | null;
  /** What is set, but to something that the text does not determine: its value here is the default. */
  readonly unknown: ReadonlySet<MachineField>;
}

export type MachineField = Exclude<keyof BuildMachine, "unknown">;

/** Reads an entry; undefined if it is not a set, or one of which not all attributes are known. */
export function buildMachineOf(value: Value): BuildMachine | undefined {
  if (value.kind !== "set" || !value.complete) return undefined;
  const unknown = new Set<MachineField>();
  const field = <T>(name: MachineField, read: (value: Value) => T | undefined, byDefault: T): T => {
    const found = select(value, name);
    if (found === undefined) return byDefault;
    const result = read(found);
    if (result === undefined) unknown.add(name);
    return result === undefined ? byDefault : result;
  };
  const texts = (found: Value) => textsOf(known(found));
  const optionalText = (found: Value) => (found.kind === "null" ? null : textOf(found));
  const count = (found: Value) => (found.kind === "number" ? found.value : undefined);
  const system = select(value, "system");
  const isSystemSet = system !== undefined && system.kind !== "null";
  const single = isSystemSet ? textOf(system) : undefined;
  if (isSystemSet && single === undefined) unknown.add("systems");
  return {
    hostName: field<string | undefined>("hostName", textOf, undefined),
    protocol: field<string | null>("protocol", optionalText, "ssh"),
    systems: isSystemSet ? (single === undefined ? [] : [single]) : field("systems", texts, []),
    sshUser: field<string | null>("sshUser", optionalText, null),
    sshKey: field<string | null>("sshKey", optionalText, null),
    maxJobs: field("maxJobs", count, 1),
    speedFactor: field("speedFactor", count, 1),
    supportedFeatures: field("supportedFeatures", texts, []),
    mandatoryFeatures: field("mandatoryFeatures", texts, []),
    publicHostKey: field<string | null>("publicHostKey", optionalText, null),
    unknown,
  };
}

/** What stands for a field that the text does not determine. */
const unknownField = "…";

/**
 * The line that NixOS writes to `/etc/nix/machines` for an entry (Nix 2.4 and later), with `unknownField` for what the text does
 * not determine.
 */
export function lineOfMachine(machine: BuildMachine): string {
  const { protocol, sshUser, hostName, systems, sshKey, mandatoryFeatures, publicHostKey, unknown } = machine;
  const shown = (name: MachineField, text: string) => (unknown.has(name) ? unknownField : text);
  const list = (items: readonly string[]) => (items.length === 0 ? "-" : items.join(","));
  const address = [
    unknown.has("protocol") ? `${unknownField}://` : protocol === null ? "" : `${protocol}://`,
    unknown.has("sshUser") ? `${unknownField}@` : sshUser === null ? "" : `${sshUser}@`,
    hostName ?? unknownField,
  ].join("");
  const supported = unknown.has("mandatoryFeatures")
    ? unknownField
    : shown("supportedFeatures", list([...machine.supportedFeatures, ...mandatoryFeatures]));
  return [
    address,
    shown("systems", list(systems)),
    shown("sshKey", sshKey ?? "-"),
    shown("maxJobs", String(machine.maxJobs)),
    shown("speedFactor", String(machine.speedFactor)),
    supported,
    shown("mandatoryFeatures", list(mandatoryFeatures)),
    shown("publicHostKey", publicHostKey ?? "-"),
  ].join(" ");
}
