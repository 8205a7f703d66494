import type { Network } from "../protocol.ts";
import { noSources, type Sources } from "../staticEvaluation/values/sources.ts";
import type { NixDocument } from "../syntax/document.ts";
import { type Reading, readMachines } from "./machines.ts";
import { recoverMachines } from "./recover.ts";

/** What the last look at a text was, for the next one. */
export interface LookOptions {
  /** It is known to be a network: its machines are read even if it looks like something else. */
  readonly isNetwork?: boolean;
  /** The bindings of a broken text that were sound. */
  readonly sound?: Set<string>;
}

/**
 * What a text says of the machines of a network, and whether it is one. Nix evaluates nothing, and nothing is thrown, however
 * broken the text.
 *
 * @param sources the files that it imports, as far as they have been loaded.
 */
export function readText(
  document: NixDocument,
  sources: Sources = noSources,
  { isNetwork = false, sound = new Set() }: LookOptions = {},
): Reading {
  if (!document.root.hasError) return readMachines(document, sources, { isNetwork });
  const reading = recoverMachines(document, sources, sound, isNetwork);
  // Of a broken text a part is read: what else is wrong with it is not certain.
  const problems = reading.network.problems.filter(
    ({ code }) => code === "duplicate-machine" || code === "too-many-machines",
  );
  return { ...reading, network: { ...reading.network, problems } };
}

/** The same of a text that is known to be a network. */
export function readNetwork(document: NixDocument, sources?: Sources): Network {
  return readText(document, sources, { isNetwork: true }).network;
}
