import { TextDocument } from "vscode-languageserver-textdocument";
import type { Location } from "vscode-languageserver-types";
import { placesOf } from "../../common/hashText.ts";
import type { Machine } from "../../protocol.ts";
import type { NetworkFiles } from "../../workspace/networkFiles.ts";
import type { Failure } from "./failures.ts";

/** A failure that is found in more places than this is not shown: then it is not known which one is meant. */
const maxPlaces = 5;

/** The parts of the workspace that are searched. */
export interface SearchedWorkspace {
  /** The Nix files (URIs) that the text of a failure may be in. */
  files(network: string): Promise<readonly string[]>;
  textOf(uri: string): Promise<string | undefined>;
  machine(network: string, name: string): Machine | undefined;
}

export function searchedWorkspace(networks: NetworkFiles): SearchedWorkspace {
  return {
    files: network => networks.nixFilesOf(network),
    textOf: uri => networks.textOf(uri),
    machine: (network, name) => networks.get(network)?.machines.find(each => each.name === name),
  };
}

/** Where the text causes a failure: where it says so, or where its about is written. Never a guess: otherwise empty. */
export async function placesOfFailure(failure: Failure, workspace: SearchedWorkspace): Promise<readonly Location[]> {
  const { network, machine, problem } = failure;
  const { location, about } = problem;
  if (location !== undefined) return [location];
  switch (about?.kind) {
    case "system":
      return machine === undefined ? [] : placesOfSystem(workspace.machine(network, machine), about.system);
    case "hash": {
      const isPlaceholder = /^sha\d+(?:-A+=*|:0+)$/.test(about.specified);
      const places = await search(network, workspace, text => placesOf(text, about));
      // Any placeholder of the workspace may be the one.
      return isPlaceholder && places.length > 1 ? [] : places;
    }
    case "url":
      return search(network, workspace, text => occurrences(text, about.url));
    default:
      return [];
  }
}

function placesOfSystem(machine: Machine | undefined, system: string): Location[] {
  const stated = [machine?.system, machine?.buildSystem].find(each => each?.value === system);
  return stated?.location === undefined ? [] : [stated.location];
}

async function search(
  network: string,
  { files, textOf }: SearchedWorkspace,
  find: (text: string) => readonly { readonly start: number; readonly end: number }[],
): Promise<Location[]> {
  const found: Location[] = [];
  for (const uri of await files(network)) {
    const text = await textOf(uri);
    if (text === undefined) continue;
    const places = find(text);
    if (places.length === 0) continue;
    const document = TextDocument.create(uri, "nix", 0, text);
    for (const { start, end } of places)
      found.push({ uri, range: { start: document.positionAt(start), end: document.positionAt(end) } });
    if (found.length > maxPlaces) return [];
  }
  return found;
}

function occurrences(text: string, word: string): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  for (let at = text.indexOf(word); at !== -1 && found.length <= maxPlaces; at = text.indexOf(word, at + word.length)) {
    const end = at + word.length;
    // A longer address is another one.
    if (/^(?:["'\s;)]|$)/.test(text.slice(end, end + 1))) found.push({ start: at, end });
  }
  return found;
}
