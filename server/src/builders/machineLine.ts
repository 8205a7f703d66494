import { storeAddress, storeName } from "../common/storeName.ts";
import type { BuilderId, BuilderOffer } from "../protocol.ts";
import type { MachineLine } from "./machinesFile.ts";

/** What a line offers, and the builder it belongs to. */
export interface RemoteOffer {
  readonly id: BuilderId;
  /** The display name of the builder. */
  readonly name: string;
  readonly offer: BuilderOffer;
  /** The line itself, which makes Nix use the builder. */
  readonly line: string;
}

/** Why Nix refuses a machine line. Then it refuses all of them, and with them every build that it could give to a builder. */
export type LineFault =
  | { readonly kind: "no-address" }
  | { readonly kind: "not-a-number"; readonly field: "maxJobs" | "speedFactor"; readonly value: string }
  /** A speed with a fraction: Nix before 2.18 refuses it. */
  | { readonly kind: "fraction"; readonly value: string }
  | { readonly kind: "host-key" }
  /** A line of our setting that is not exactly one machine. */
  | { readonly kind: "not-one-machine" }
  /** An older Nix takes it for a machine with the address `@FILE`: the file is not read. */
  | { readonly kind: "include"; readonly file: string };

/** What the meaning of a line depends on. */
export interface LineContext {
  /** The system that a line without systems has. */
  readonly system: string;
  /** Nix takes only whole numbers for `speedFactor`. */
  readonly hasWholeSpeeds: boolean;
}

export type ParsedLine =
  | ({ readonly kind: "machine" } & RemoteOffer)
  | { readonly kind: "refused"; readonly fault: LineFault };

/**
 * Parses a machine: `uri systems key maxJobs speedFactor features mandatoryFeatures hostKey`; `-`: the default. As in Nix
 * (`machines.cc`): fields behind these are ignored, and a speed of 0 counts as 1.
 */
export function parseMachineLine({ text, origin }: MachineLine, { system, hasWholeSpeeds }: LineContext): ParsedLine {
  const fields = text.split(/[ \t\n\r]+/).filter(field => field !== "");
  const field = (index: number) => (fields[index] === undefined || fields[index] === "-" ? undefined : fields[index]);
  const list = (index: number) => field(index)?.split(",").filter(Boolean) ?? [];
  const [uri, jobs, speed, hostKey] = [field(0), field(3), field(4), field(7)];
  const refused = (fault: LineFault): ParsedLine => ({ kind: "refused", fault });
  if (uri === undefined) return refused({ kind: "no-address" });
  if (uri.startsWith("@")) return refused({ kind: "include", file: fields.join(" ").slice(1) });
  if (jobs !== undefined && !isCount(jobs)) return refused({ kind: "not-a-number", field: "maxJobs", value: jobs });
  if (speed !== undefined && !isCount(speed)) {
    if (!isSpeed(speed)) return refused({ kind: "not-a-number", field: "speedFactor", value: speed });
    if (hasWholeSpeeds) return refused({ kind: "fraction", value: speed });
  }
  if (hostKey !== undefined && !/^[A-Za-z0-9+/]*(?:=|$)/.test(hostKey)) return refused({ kind: "host-key" });
  const id = storeAddress(uri);
  const mandatoryFeatures = list(6);
  const systems = field(1) === undefined ? [system] : list(1);
  const offer: BuilderOffer = {
    systems: systems.map(each => ({ system: each, mode: "unknown", known: "claimed" })),
    maxJobs: Number(jobs ?? 1),
    speedFactor: Number(speed ?? 1) || 1,
    supportedFeatures: [...new Set([...list(5), ...mandatoryFeatures])],
    mandatoryFeatures,
    origin,
    active: true,
    line: withoutPassword(fields.join(" ")),
  };
  return { kind: "machine", id, name: storeName(id), offer, line: text.trim() };
}

/** `ssh://user:password@host` with the password masked. */
function withoutPassword(line: string): string {
  return line.replace(/^([\w+.-]*:\/\/[^\s/?#@:]*):[^\s/?#]*@/, "$1:***@");
}

/** Whether Nix takes a field for an unsigned number (`string2Int<unsigned int>`). */
function isCount(value: string): boolean {
  return /^\+?\d+$/.test(value) && Number(value) < 2 ** 32;
}

function isSpeed(value: string): boolean {
  return /^\+?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(value) && Number.isFinite(Number(value));
}
