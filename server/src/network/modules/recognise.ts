import { moduleAttributes, optionRoots } from "../../options/moduleRoots.ts";
import { networkOptions } from "../../options/network.ts";
import { reservedNames } from "../../options/reservedNames.ts";
import type { FunctionValue, SetValue, Value } from "../../staticEvaluation/values/value.ts";
import { definitionsOf, type ModuleConfig } from "./modules.ts";

/**
 * The kind of a text by its content, regardless of its file name:
 * - `network`: it has a `network` attribute or machines with `deployment.*`;
 * - `machines`: it has neither, and its attributes are NixOS modules;
 * - `unknown`: this requires an evaluation, or the text is still empty;
 * - `nothing`: there is no evidence for a network;
 * - `other`: it is something else: a module, a package, an overlay, a flake.
 */
export type Recognition = "network" | "machines" | "unknown" | "nothing" | "other";

/** The evidence that an attribute is a machine; `not looked at` if only its name was read. */
export type MachineEvidence = "deployment" | "module" | "empty" | "unknown" | "none" | "not looked at";

/** First names below `network` that Morph reads, and those of NixOps and Colmena, whose networks have the same form. */
const networkAttributes: ReadonlySet<string> = new Set([
  ...networkOptions().map(({ path }) => path[1] ?? ""),
  ...["enableRollback", "lock", "machinesFile", "nixpkgs", "nodeNixpkgs", "storage"],
]);

/** The arguments of modules, besides those that a network adds. */
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
 * The kind of a text as far as its value shows it before any machine is read.
 *
 * @param result the value, or its result if it is called without arguments.
 */
export function recogniseTop(value: Value, result: Value): Recognition | undefined {
  // Morph does not call functions, so one with required arguments is called by something else.
  const needsArguments =
    value.kind === "function" && (value.formals === undefined || value.formals.required.length > 0);
  if (result.kind !== "set")
    return needsArguments || result.kind !== "unknown" || result.isOfNixpkgs === true ? "other" : "unknown";
  if (isModule(result)) return "other";
  if (hasNetworkOptions(result)) return "network";
  return needsArguments || hasOptionRoots(result) ? "other" : undefined;
}

/** The kind of a text by those machines that were read, if its top level does not show it. */
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

/** Whether most attributes of a text may be machines. A library has functions that return modules, and others. */
function areMachines(machines: readonly MachineEvidence[]): boolean {
  const count = (evidence: MachineEvidence) => machines.filter(each => each === evidence).length;
  const isEach = machines.length > 0 && count("empty") === machines.length;
  return isEach || (count("module") > 0 && count("module") + count("empty") > count("none"));
}

/** The evidence in the modules of an attribute that it is a machine. */
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

/** `options`, `config` or `imports` at the top level. A machine may have such a name: then it is a function. */
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

/** Options of NixOS at the top level. A machine may have such a name, too: then it is a function, or has a `deployment`. */
function hasOptionRoots({ attributes }: SetValue): boolean {
  return [...optionRoots].some(name => {
    const attribute = reservedNames.has(name) ? undefined : attributes.get(name);
    if (attribute === undefined) return false;
    const value = attribute.thunk.force();
    return value.kind !== "function" && !(value.kind === "set" && value.attributes.has("deployment"));
  });
}
