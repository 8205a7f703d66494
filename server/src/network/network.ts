import { reservedNames } from "../options/reservedNames.ts";
import { noSources, type Sources } from "../partial/sources.ts";
import type { Network } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { type Binding, bindingsOf } from "../syntax/nodes.ts";
import { literalSets } from "../syntax/values.ts";
import { readMachines } from "./machines.ts";
import { recoverMachines } from "./recover.ts";

/**
 * What a network file says of its machines. Nix evaluates nothing, and nothing is thrown, however broken the text.
 *
 * @param sources the files that it imports, as far as they have been loaded.
 * @param sound what the last look at a broken text has found to be sound, for the next one.
 */
export function readNetwork(
  document: NixDocument,
  sources: Sources = noSources,
  sound: Set<string> = new Set(),
): Network {
  return document.root.hasError ? recoverMachines(document, sources, sound) : readMachines(document, sources);
}

/** Whether a text looks like a network: its top-level set has a `network` attribute or a machine with `deployment.*`. */
export function looksLikeNetwork(document: NixDocument): boolean {
  return literalSets(document.root).sets.some(set => bindingsOf(set).some(isNetworkBinding));
}

function isNetworkBinding({ path: [name, option], value }: Binding): boolean {
  if (name === "network") return true;
  if (name === undefined || reservedNames.has(name) || value === undefined) return false;
  const options = literalSets(value).sets.flatMap(module => bindingsOf(module).map(({ path }) => path[0]));
  return option === "deployment" || options.includes("deployment");
}
