import type { Machine } from "../../protocol.ts";

/** This computer, as far as it matters for which machine of a network it is. */
export interface ThisHost {
  /** Its name, with or without its domain. */
  readonly name: string;
  readonly isNixOs: boolean;
}

const loopback: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "::1"]);

/** The machine of a network that this computer is: it has its name, or is deployed to the loopback address. */
export function machineOfHost(machines: readonly Machine[], { name, isNixOs }: ThisHost): Machine | undefined {
  if (!isNixOs) return undefined;
  const isOwn = (text: string | undefined) => text !== undefined && firstLabel(text) === firstLabel(name);
  return (
    machines.find(machine => loopback.has(machine.targetHost ?? "")) ??
    machines.find(machine => isOwn(machine.name)) ??
    machines.find(machine => isOwn(machine.targetHost))
  );
}

/** `web01` of `web01.example.org`; all of an address. */
function firstLabel(name: string): string {
  return /^[\d.]+$/.test(name) ? name : (name.toLowerCase().split(".")[0] ?? "");
}
