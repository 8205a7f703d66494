import type { Location } from "vscode-languageserver-types";
import type { Machine, MachineSystem } from "../../protocol.ts";
import { systemOfTriple } from "../../staticEvaluation/functions/systems.ts";
import { type Definition, type Origin, select, type Value } from "../../staticEvaluation/values/value.ts";
import { definitionsOf, type ModuleConfig, mayDefineMore, winning } from "./modules.ts";

/** A platform and where it is set. Its system is undefined if it is only known after evaluation. */
interface Stated {
  readonly value: string | undefined;
  /** The position of the system's name, which may be far from the option. */
  readonly location: Location | undefined;
  /** The position at which the option is set to it. */
  readonly written: Location | undefined;
  readonly origin: Origin | undefined;
  readonly isDefault: boolean;
}

/** The systems on which a machine runs and is built. */
export type MachineSystems = Pick<Machine, "system" | "buildSystem">;

/** An instance of nixpkgs that determines the system of machines, regardless of what they set themselves. */
interface Instance {
  readonly by: "network.pkgs" | "nixpkgs.pkgs";
  readonly value: Value;
  readonly definition: Definition | undefined;
}

/** The network's own instance of nixpkgs, if it sets one. */
export interface NetworkPkgs {
  readonly value: Value;
  readonly definition: Definition | undefined;
}

/**
 * The effective system of a machine, from all its modules. `nixpkgs.pkgs` and `network.pkgs` make every option of a system
 * ineffective; else `hostPlatform` decides, then the legacy options (nixpkgs, `nixos/modules/misc/nixpkgs.nix`).
 *
 * If a machine cannot be read completely, and the readable part sets no system, its origin is `stated` without value and
 * position.
 */
export function effectiveSystems(modules: readonly ModuleConfig[], network: NetworkPkgs | undefined): MachineSystems {
  const { host, build } = statedPlatforms(modules);
  const instance = instanceFor(modules, network);
  if (instance === "undecided") return { system: { origin: "stated", location: host?.location } };
  if (instance !== undefined) return ofInstance(instance, host);
  if (host === undefined) return { system: { origin: mayBeStated(modules) ? "stated" : "unstated" } };
  const system = systemOf(host);
  const isCross = build?.value !== undefined && host.value !== undefined && build.value !== host.value;
  return isCross ? { system, buildSystem: systemOf(build) } : { system };
}

/** Whether an unreadable part, or a condition, may determine the system of a machine that sets none. */
function mayBeStated(modules: readonly ModuleConfig[]): boolean {
  return mayDefineMore(modules, "nixpkgs");
}

function systemOf({ value, location, isDefault }: Stated): MachineSystem {
  return { value, origin: isDefault ? "defaults" : "stated", location };
}

/** The platforms that the modules set: the one to run on, and the one to build on if that is set separately. */
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
  const written = first.definition?.value;
  return {
    value: won === "undecided" ? undefined : found?.system,
    location: locationOf(found?.origin ?? written),
    origin: found?.origin,
    written: locationOf(found?.origin !== undefined && isWithin(found.origin, written) ? found.origin : written),
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

function instanceFor(
  modules: readonly ModuleConfig[],
  network: NetworkPkgs | undefined,
): Instance | "undecided" | undefined {
  const own = winning(definitionsOf(modules, ["nixpkgs", "pkgs"]));
  if (own === "undecided") return own;
  if (own !== undefined) return { by: "nixpkgs.pkgs", value: own.value, definition: own.definition };
  return network && { by: "network.pkgs", ...network };
}

function ofInstance({ by, value, definition }: Instance, stated: Stated | undefined): MachineSystems {
  const { host, build } = platformsOf(value);
  const given = typeof host === "object" ? host : undefined;
  // Whether it differs is only certain if the platform of the instance is.
  const isOverridden =
    stated?.value !== undefined &&
    stated.written !== undefined &&
    host !== "unknown" &&
    stated.value !== given?.system &&
    !feeds(stated.origin, value);
  const location = locationOf(given?.origin ?? definition?.value);
  const system: MachineSystem = {
    value: given?.system,
    origin: by,
    location,
    overridden: isOverridden ? { value: stated.value, by, location: stated.written } : undefined,
  };
  if (build === undefined || build.system === given?.system) return { system };
  return { system, buildSystem: { value: build.system, origin: by, location: locationOf(build.origin) ?? location } };
}

/** The platforms of an instance of nixpkgs. */
interface InstancePlatforms {
  /** `local`: that of the evaluating machine. */
  readonly host: Platform | "local" | "unknown";
  /** The platform to build on, if that is set separately. */
  readonly build?: Platform | undefined;
}

/**
 * The platforms from the arguments of an instance of any nixpkgs. That there is no such argument is only meaningful for nixpkgs
 * itself.
 */
function platformsOf(value: Value): InstancePlatforms {
  const instance = value.kind === "set" || value.kind === "unknown" ? value.instance : undefined;
  if (instance === undefined) return { host: "unknown" };
  const given = instance.argument.force();
  const [cross, local] = [platformArgument(given, ["crossSystem"]), platformArgument(given, ["localSystem", "system"])];
  if (cross === "unknown" || (cross === undefined && local === "unknown")) return { host: "unknown" };
  if (cross !== undefined) return { host: cross, build: local === "unknown" ? undefined : local };
  if (local !== undefined && local !== "unknown") return { host: local };
  const isNothingStated = instance.isNixpkgs && given.kind === "set" && given.complete;
  return { host: isNothingStated ? "local" : "unknown" };
}

/** The platform in the first of some arguments that is present. */
function platformArgument(given: Value, names: readonly string[]): Platform | "unknown" | undefined {
  if (given.kind !== "set") return "unknown";
  const values = names.map(name => given.attributes.get(name)?.thunk.force());
  const value = values.find(each => each !== undefined && each.kind !== "null");
  return value === undefined ? undefined : (platformIn(value) ?? "unknown");
}

/** Whether the name of a system is also used in the arguments of an instance, where it has an effect. */
function feeds(origin: Origin | undefined, value: Value): boolean {
  const instance = value.kind === "set" || value.kind === "unknown" ? value.instance : undefined;
  if (origin === undefined || instance === undefined) return false;
  const given = instance.argument.force();
  return ["system", "localSystem", "crossSystem"].some(name => {
    const argument = select(given, name);
    const other = argument === undefined ? undefined : platformIn(argument)?.origin;
    return other !== undefined && other.document === origin.document && other.start === origin.start;
  });
}

function isWithin({ document, start, end }: Origin, outer: Origin | undefined): boolean {
  return outer !== undefined && outer.document === document && outer.start <= start && end <= outer.end;
}

/** The position of an origin, as in LSP. */
export function locationOf(origin: Origin | undefined): Location | undefined {
  if (origin === undefined) return undefined;
  const { document, start, end } = origin;
  return { uri: document.uri, range: document.rangeAt(start, end) };
}
