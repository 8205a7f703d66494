import { type MachineBuilderFacts, machineBuilderFacts } from "../network/builders/effective.ts";
import { type MachineModules, machineModules } from "../network/machines.ts";
import { type MachineSignatureFacts, machineSignatureFacts } from "../network/signatures/effective.ts";
import type { Network } from "../protocol.ts";
import type { Sources } from "../staticEvaluation/values/sources.ts";
import type { NixDocument } from "../syntax/document.ts";

/** A network with its text, and the files that it imports. */
export interface NetworkText {
  readonly network: Network;
  readonly document: NixDocument;
  readonly sources: Sources;
}

/** What is read of each machine. */
export interface FactReader<Facts> {
  read(machine: MachineModules): Facts;
  /** Whether something of it is set in a file. */
  concerns(facts: Facts, uri: string): boolean;
}

/** What machines set about builders. */
export const builderReader: FactReader<MachineBuilderFacts> = {
  read: ({ modules, systems }) => machineBuilderFacts(modules, systems.system.value),
  concerns: ({ places }, uri) => Object.values(places).some(found => found.some(place => place.uri === uri)),
};

/** What machines set about caches and signatures. */
export const signatureReader: FactReader<MachineSignatureFacts> = {
  read: ({ modules }) => machineSignatureFacts(modules),
  concerns: ({ substituters, nixServe }, uri) =>
    nixServe?.place.uri === uri || substituters.some(({ place }) => place.uri === uri),
};

/** The most machines of a network, and the most that are read: otherwise it would take too long after an edit. */
const [maxMachines, maxRead] = [500, 200];

/** For one network: about 100 ms. */
const limits = { steps: 250_000, depth: 400, made: 5_000_000 };

/**
 * What the machines that use a file set, each with all its modules. Undefined if there are too many of them, or if not all are known.
 *
 * @param uri the file: a module, or a network itself.
 * @param networks those that are read from it.
 * @param owners in a network, the machines that set such a thing; undefined: it may be any.
 */
export function machineFacts<Facts>(
  uri: string,
  networks: readonly NetworkText[],
  owners: ReadonlySet<string> | undefined,
  { read, concerns }: FactReader<Facts>,
): readonly Facts[] | undefined {
  const found: Facts[] = [];
  let count = 0;
  for (const { network, document, sources } of networks) {
    if (!network.complete || document.root.hasError || network.machines.length > maxMachines) return undefined;
    const isWanted = (name: string) => owners === undefined || network.uri !== uri || owners.has(name);
    for (const machine of machineModules(document, sources, isWanted, limits)) {
      if (machine === undefined || ++count > maxRead) return undefined;
      const facts = read(machine);
      if (concerns(facts, uri)) found.push(facts);
    }
  }
  return found;
}
