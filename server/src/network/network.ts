import type { Network } from "../protocol.ts";
import { noSources, type Sources } from "../staticEvaluation/values/sources.ts";
import type { NixDocument } from "../syntax/document.ts";
import { type Reading, readMachines } from "./machines.ts";
import { recoverMachines } from "./recover.ts";

/** Options for reading a text, some from reading it before. */
export interface LookOptions {
  /** It is known to be a network: its machines are read even if it does not look like one. */
  readonly isNetwork?: boolean;
  /** The bindings without errors in a text with errors. */
  readonly sound?: Set<string>;
}

/**
 * Reads the machines of a network from a text, and whether it is a network. Nix evaluates nothing. Never throws, even if the
 * text has errors.
 *
 * @param sources those files that it imports which have been loaded.
 */
export function readText(
  document: NixDocument,
  sources: Sources = noSources,
  { isNetwork = false, sound = new Set() }: LookOptions = {},
): Reading {
  if (!document.root.hasError) return readMachines(document, sources, { isNetwork });
  const reading = recoverMachines(document, sources, sound, isNetwork);
  // Only a part of a text with errors is read, so its other problems are uncertain.
  const problems = reading.network.problems.filter(
    ({ code }) => code === "duplicate-machine" || code === "too-many-machines",
  );
  return { ...reading, network: { ...reading.network, problems } };
}

/** The same for a text that is known to be a network. */
export function readNetwork(document: NixDocument, sources?: Sources): Network {
  return readText(document, sources, { isNetwork: true }).network;
}
