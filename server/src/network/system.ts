import type { Location } from "vscode-languageserver-types";
import { systemOfTriple } from "../partial/systems.ts";
import { type Definition, type NixpkgsInstance, type Origin, select, type Value } from "../partial/value.ts";
import type { Machine, MachineSystem } from "../protocol.ts";
import { definitionsOf, type ModuleConfig, mayDefineMore, winning } from "./modules.ts";

/** A platform that is stated, and where. Its system is undefined when only evaluation can tell it. */
interface Stated {
  readonly value: string | undefined;
  readonly location: Location | undefined;
  readonly isDefault: boolean;
}

/** Where a machine runs and where it is built. */
export type MachineSystems = Pick<Machine, "system" | "buildSystem">;

/** An instance of nixpkgs that decides the system of machines whatever they state themselves. */
interface Instance {
  readonly by: "network.pkgs" | "nixpkgs.pkgs";
  readonly value: Value;
  readonly definition: Definition | undefined;
}

/** The network's own instance of nixpkgs, where it sets one. */
export interface NetworkPkgs {
  readonly value: Value;
  readonly definition: Definition | undefined;
}

/**
 * The effective system of a machine, from all its modules. `nixpkgs.pkgs` and `network.pkgs` make every option of a system
 * ineffective; else `hostPlatform` decides, then the legacy options (nixpkgs, `nixos/modules/misc/nixpkgs.nix`).
 *
 * A machine of which not all can be read, and what can states nothing, is `stated` without a value and a place.
 */
export function effectiveSystems(modules: readonly ModuleConfig[], network: NetworkPkgs | undefined): MachineSystems {
  const { host, build } = statedPlatforms(modules);
  const instance = instanceFor(modules, network);
  if (instance !== undefined) return ofInstance(instance, host);
  if (host === undefined) return { system: { origin: mayBeStated(modules) ? "stated" : "unstated" } };
  const system = systemOf(host);
  const isCross = build?.value !== undefined && host.value !== undefined && build.value !== host.value;
  return isCross ? { system, buildSystem: systemOf(build) } : { system };
}

/** Whether a part that the text does not tell, or a condition, may decide the system of a machine that states none. */
function mayBeStated(modules: readonly ModuleConfig[]): boolean {
  return mayDefineMore(modules, "nixpkgs") || definitionsOf(modules, ["nixpkgs", "pkgs"]).length > 0;
}

function systemOf({ value, location, isDefault }: Stated): MachineSystem {
  return { value, origin: isDefault ? "defaults" : "stated", location };
}

/** What the modules state: where the machine runs, and where it is built if that is stated apart. */
function statedPlatforms(modules: readonly ModuleConfig[]): { host: Stated | undefined; build: Stated | undefined } {
  const option = (name: string) => platform(modules, ["nixpkgs", name]);
  const hostPlatform = option("hostPlatform");
  if (hostPlatform !== undefined) return { host: hostPlatform, build: option("buildPlatform") };
  const local = option("localSystem") ?? option("system");
  const cross = option("crossSystem");
  return cross === undefined ? { host: local, build: undefined } : { host: cross, build: local };
}

function platform(modules: readonly ModuleConfig[], option: readonly string[]): Stated | undefined {
  const definitions = definitionsOf(modules, option).filter(({ value }) => value.kind !== "null");
  const won = winning(definitions);
  const first = won === "undecided" ? definitions[0] : won;
  if (first === undefined) return undefined;
  const found = platformIn(first.value);
  return {
    value: won === "undecided" ? undefined : found?.system,
    location: locationOf(found?.origin ?? first.definition?.value),
    isDefault: first.isDefault,
  };
}

interface Platform {
  readonly system: string;
  readonly origin: Origin | undefined;
}

/** Nix's name of a platform: a string, `{ system = ...; }`, or `{ config = "aarch64-unknown-linux-gnu"; }`. */
function platformIn(value: Value): Platform | undefined {
  if (value.kind === "string") return { system: value.text, origin: value.origin };
  if (value.kind !== "set") return undefined;
  const system = select(value, "system");
  if (system?.kind === "string") return { system: system.text, origin: system.origin };
  const triple = select(value, "config");
  const named = triple?.kind === "string" ? systemOfTriple(triple.text) : undefined;
  return named === undefined || triple?.kind !== "string" ? undefined : { system: named, origin: triple.origin };
}

function instanceFor(modules: readonly ModuleConfig[], network: NetworkPkgs | undefined): Instance | undefined {
  const own = winning(definitionsOf(modules, ["nixpkgs", "pkgs"]));
  if (own === "undecided") return undefined;
  if (own !== undefined) return { by: "nixpkgs.pkgs", value: own.value, definition: own.definition };
  return network && { by: "network.pkgs", ...network };
}

function ofInstance({ by, value, definition }: Instance, stated: Stated | undefined): MachineSystems {
  const given = value.kind === "set" && value.instance !== undefined ? platformOfInstance(value.instance) : undefined;
  const isOverridden = stated?.value !== undefined && stated.location !== undefined && stated.value !== given?.system;
  return {
    system: {
      value: given?.system,
      origin: by,
      location: locationOf(given?.origin ?? definition?.value),
      overridden: isOverridden ? { value: stated.value, by, location: stated.location } : undefined,
    },
  };
}

/** The platform that an instance of nixpkgs was made for, from its arguments. */
function platformOfInstance({ argument }: NixpkgsInstance): Platform | undefined {
  const given = argument.force();
  for (const name of ["crossSystem", "localSystem", "system"]) {
    const value = select(given, name);
    const found = value === undefined ? undefined : platformIn(value);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where something stands, as editors take it. */
export function locationOf(origin: Origin | undefined): Location | undefined {
  if (origin === undefined) return undefined;
  const { document, start, end } = origin;
  return { uri: document.uri, range: document.rangeAt(start, end) };
}
