import { type MachineBuilderFacts, machineBuilderFacts } from "../network/builders/effective.ts";
import { machineModules } from "../network/machines.ts";
import type { Network } from "../protocol.ts";
import type { Sources } from "../staticEvaluation/values/sources.ts";
import type { NixDocument } from "../syntax/document.ts";

/** A network with its text, and the files that it imports. */
export interface NetworkText {
  readonly network: Network;
  readonly document: NixDocument;
  readonly sources: Sources;
}

/** The most machines of a network, and the most that are read: otherwise it would take too long after an edit. */
const [maxMachines, maxRead] = [500, 200];

/** For one network: about 100 ms. */
const limits = { steps: 250_000, depth: 400, made: 5_000_000 };

/**
 * What the machines that use a file set about builders, each with all its modules. Undefined if there are too many of them, or if not
 * all are known.
 *
 * @param uri the file: a module, or a network itself.
 * @param networks those that are read from it.
 * @param owners in a network, the machines that set something about builders; undefined: it may be any.
 */
export function builderFacts(
  uri: string,
  networks: readonly NetworkText[],
  owners: ReadonlySet<string> | undefined,
): readonly MachineBuilderFacts[] | undefined {
  const found: MachineBuilderFacts[] = [];
  let read = 0;
  for (const { network, document, sources } of networks) {
    if (!network.complete || document.root.hasError || network.machines.length > maxMachines) return undefined;
    const isWanted = (name: string) => owners === undefined || network.uri !== uri || owners.has(name);
    for (const machine of machineModules(document, sources, isWanted, limits)) {
      if (machine === undefined || ++read > maxRead) return undefined;
      const facts = machineBuilderFacts(machine.modules, machine.systems.system.value);
      if (Object.values(facts.places).some(places => places.some(place => place.uri === uri))) found.push(facts);
    }
  }
  return found;
}
