import { moduleAttributes, optionRoots } from "../../options/moduleRoots.ts";
import { networkOptions } from "../../options/network.ts";
import { reservedNames } from "../../options/reservedNames.ts";
import type { FunctionValue, SetValue, Value } from "../../staticEvaluation/values/value.ts";
import { definitionsOf, type ModuleConfig } from "./modules.ts";

/**
 * What a text is by what it says, whatever its file is called:
 * - `network`: it has a `network` attribute or machines with `deployment.*`;
 * - `machines`: it has neither, and what it names are NixOS modules;
 * - `unknown`: only evaluation can tell, or nothing is written yet;
 * - `nothing`: nothing speaks for a network;
 * - `other`: it is something else: a module, a package, an overlay, a flake.
 */
export type Recognition = "network" | "machines" | "unknown" | "nothing" | "other";

/** What speaks for an attribute being a machine. One of which only the name is read was not looked at. */
export type MachineEvidence = "deployment" | "module" | "empty" | "unknown" | "none" | "not looked at";

/** First names below `network` that Morph reads, and those of NixOps and Colmena, whose networks have the same shape. */
const networkAttributes: ReadonlySet<string> = new Set([
  ...networkOptions().map(({ path }) => path[1] ?? ""),
  ...["enableRollback", "lock", "machinesFile", "nixpkgs", "nodeNixpkgs", "storage"],
]);

/** What modules are called with, besides the arguments that a network adds. */
const moduleArguments: ReadonlySet<string> = new Set([
  "config",
  "lib",
  "modulesPath",
  "name",
  "nodes",
  "options",
  "pkgs",
]);

/**
 * What the value of a whole text tells before any machine is looked at.
 *
 * @param result the value, or what it gives when it is called without arguments.
 */
export function recogniseTop(value: Value, result: Value): Recognition | undefined {
  // Morph calls no function, so one that needs arguments is called by something else.
  const needsArguments =
    value.kind === "function" && (value.formals === undefined || value.formals.required.length > 0);
  if (result.kind !== "set")
    return needsArguments || result.kind !== "unknown" || result.isOfNixpkgs === true ? "other" : "unknown";
  if (isModule(result)) return "other";
  if (hasNetworkOptions(result)) return "network";
  return needsArguments || hasOptionRoots(result) ? "other" : undefined;
}

/** What a network's text is by its machines, those that were looked at, when its top tells nothing. */
export function recogniseMachines(network: SetValue, all: readonly MachineEvidence[]): Recognition {
  const machines = all.filter(evidence => evidence !== "not looked at");
  const settings = network.attributes.get("network")?.thunk.force();
  if (machines.includes("deployment")) return "network";
  const isPlausible = areMachines(machines);
  if (settings?.kind === "unknown") return "network";
  if (settings?.kind === "set" && (isPlausible || settings.attributes.size === 0)) return "network";
  if (isPlausible) return "machines";
  return network.attributes.size === 0 ? "unknown" : "nothing";
}

/** Whether most of what a text names may be a machine. A library has functions that make modules, and others. */
function areMachines(machines: readonly MachineEvidence[]): boolean {
  const count = (evidence: MachineEvidence) => machines.filter(each => each === evidence).length;
  const isEach = machines.length > 0 && count("empty") === machines.length;
  return isEach || (count("module") > 0 && count("module") + count("empty") > count("none"));
}

/** What the modules that a machine is made of tell about it. */
export function machineEvidence(value: Value, modules: readonly ModuleConfig[]): MachineEvidence {
  if (definitionsOf(modules, ["deployment"]).length > 0) return "deployment";
  if (value.kind === "function" && isModuleFunction(value)) return "module";
  const sets = definitionsOf(modules, []).flatMap(({ value: config }) => (config.kind === "set" ? [config] : []));
  if (
    sets.some(config => [...config.attributes.keys()].some(name => optionRoots.has(name) || moduleAttributes.has(name)))
  )
    return "module";
  if (value.kind === "unknown" || sets.length === 0) return "unknown";
  return sets.every(({ attributes, complete }) => attributes.size === 0 && complete) ? "empty" : "none";
}

function isModuleFunction({ formals }: FunctionValue): boolean {
  return (
    formals?.isOpen === true && (formals.names.length === 0 || formals.names.some(name => moduleArguments.has(name)))
  );
}

/** `options`, `config` or `imports` on top. A machine may have such a name: then it is a function. */
function isModule({ attributes }: SetValue): boolean {
  return [...moduleAttributes].some(name => {
    const attribute = attributes.get(name);
    return attribute !== undefined && attribute.thunk.force().kind !== "function";
  });
}

function hasNetworkOptions({ attributes }: SetValue): boolean {
  const settings = attributes.get("network")?.thunk.force();
  return settings?.kind === "set" && [...settings.attributes.keys()].some(name => networkAttributes.has(name));
}

/** Options of NixOS on top. A machine may have such a name too: then it is a function, or has a `deployment`. */
function hasOptionRoots({ attributes }: SetValue): boolean {
  return [...optionRoots].some(name => {
    const attribute = reservedNames.has(name) ? undefined : attributes.get(name);
    if (attribute === undefined) return false;
    const value = attribute.thunk.force();
    return value.kind !== "function" && !(value.kind === "set" && value.attributes.has("deployment"));
  });
}
