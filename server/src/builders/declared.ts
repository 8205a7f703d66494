import path from "node:path";
import { lineOfMachine } from "../network/builders/buildMachine.ts";
import type { FoundDeclaration } from "../network/builders/found.ts";
import type { Builder, BuilderOffer } from "../protocol.ts";
import { builderOf, byAddress } from "./byAddress.ts";
import { parseMachineLine, type RemoteOffer } from "./machineLine.ts";
import { machineLines } from "./machinesFile.ts";

/** A declaration names the systems itself, or they are unknown. */
const context = { system: "", hasWholeSpeeds: false };

/** The builders that files of the workspace declare: those with an address by it, and each machine that emulates on its own. */
export async function declaredBuilders(found: readonly FoundDeclaration[]): Promise<Builder[]> {
  const offers = await Promise.all(found.map(offersOf));
  const emulating = found.flatMap(each => (each.kind === "emulation" ? emulatingMachine(each) : []));
  return [...byAddress(offers.flat()).map(builderOf), ...emulating];
}

async function offersOf(found: FoundDeclaration): Promise<RemoteOffer[]> {
  const { file, line } = found;
  switch (found.kind) {
    case "emulation":
      return [];
    case "machine": {
      const { machine } = found;
      // NixOS refuses one without systems.
      if (machine.hostName === undefined) return [];
      const text = lineOfMachine({ ...machine, unknown: new Set() });
      const offers = offersIn(text, { source: "nixos module", file, line });
      const isKnown = machine.unknown.size === 0 && machine.systems.length > 0;
      return offers.map(remote => ({ ...remote, offer: isKnown ? remote.offer : partly(remote.offer) }));
    }
    case "network": {
      const lines = await machineLines(found.setting, async () => undefined);
      return lines.flatMap(({ text }) => offersIn(text, { source: "network", file, line }));
    }
  }
}

function offersIn(text: string, origin: BuilderOffer["origin"]): RemoteOffer[] {
  const parsed = parseMachineLine({ text, origin }, context);
  if (parsed.kind === "refused") return [];
  const { kind: _, ...remote } = parsed;
  return [{ ...remote, offer: { ...remote.offer, active: false } }];
}

function partly({ line: _, systems, ...offer }: BuilderOffer): BuilderOffer {
  return { ...offer, systems: systems.filter(({ system }) => system !== ""), isPartlyKnown: true };
}

/** A machine of NixOS that emulates, as far as its module says. What else it can do is not known. */
function emulatingMachine({
  file,
  line,
  owner,
  systems,
}: FoundDeclaration & { readonly kind: "emulation" }): Builder[] {
  if (systems.length === 0) return [];
  const offer: BuilderOffer = {
    systems: systems.map(system => ({ system, mode: "emulated", known: "claimed" })),
    maxJobs: 1,
    speedFactor: 1,
    supportedFeatures: [],
    mandatoryFeatures: [],
    origin: { source: "nixos module", file, line },
    active: false,
    isPartlyKnown: true,
  };
  return [{ id: `${file}:${line}`, name: owner[0] ?? nameOf(file), kind: "remote", offers: [offer] }];
}

/** `hosts/web.nix` -> `web`, `hosts/web/default.nix` -> `web`. */
function nameOf(file: string): string {
  const name = path.basename(file, ".nix");
  return name === "default" || name === "configuration" ? path.basename(path.dirname(file)) : name;
}
