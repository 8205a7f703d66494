import type { Location } from "vscode-languageserver-types";
import { Evaluator } from "../staticEvaluation/evaluator.ts";
import type { Sources } from "../staticEvaluation/values/sources.ts";
import type { Attribute, Definition, SetValue, Value } from "../staticEvaluation/values/value.ts";
import type { NixDocument } from "../syntax/document.ts";
import { networkValue } from "./machines.ts";
import { definitionsOf, ModuleCollector } from "./modules/modules.ts";
import { locationOf } from "./modules/system.ts";
import { writtenPath } from "./modules/writtenPath.ts";

/**
 * Where an option of a machine, or an attribute of the network file, is set: in the network file or in one that it imports, as
 * far as known from the text. If it is not set itself, the position of the nearest enclosing attribute that is.
 *
 * @param machine if absent, `option` is an attribute of the network file.
 */
export function optionPlace(
  document: NixDocument,
  sources: Sources,
  machine: string | undefined,
  option: readonly string[],
): Location | undefined {
  const evaluator = new Evaluator(sources);
  const definition = evaluator.budget.guard(() => {
    const network = networkValue(evaluator.document(document));
    if (network.kind !== "set") return undefined;
    return machine === undefined ? attributeAt(network, option) : machineOptionAt(evaluator, network, machine, option);
  }, undefined);
  return definition && locationOf(writtenPath(definition));
}

function attributeAt(network: SetValue, path: readonly string[]): Definition | undefined {
  let value: Value = network;
  let last: Definition | undefined;
  for (const name of path) {
    const attribute: Attribute | undefined = value.kind === "set" ? value.attributes.get(name) : undefined;
    if (attribute === undefined) break;
    last = attribute.definition ?? last;
    value = attribute.thunk.force();
  }
  return last;
}

function machineOptionAt(
  evaluator: Evaluator,
  network: SetValue,
  machine: string,
  option: readonly string[],
): Definition | undefined {
  const collector = new ModuleCollector(evaluator, machine);
  const [own, defaults] = [machine, "defaults"].map(name => network.attributes.get(name)?.thunk.force());
  const modules = [
    ...(own === undefined ? [] : collector.collect(own, false)),
    ...(defaults === undefined ? [] : collector.collect(defaults, true)),
  ];
  for (let length = option.length; length > 0; length--) {
    const found = definitionsOf(modules, option.slice(0, length)).find(({ definition }) => definition !== undefined);
    if (found !== undefined) return found.definition;
  }
  return undefined;
}
