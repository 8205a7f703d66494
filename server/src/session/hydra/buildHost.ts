import path from "node:path";
import { URI } from "vscode-uri";
import type { FindHost } from "../../builds/hosts/hosts.ts";
import type { Locate } from "../../builds/hosts/hydra/evaluating.ts";
import { hydraHostName } from "../../builds/hosts/hydra/files.ts";
import { HydraHost } from "../../builds/hosts/hydra/hydraHost.ts";
import type { BuildRecords } from "../../builds/record/record.ts";
import type { HydraApi } from "../../hydra/api.ts";
import { positionsIn } from "../../hydra/expression/evaluationErrors.ts";
import { exists } from "../../storage/exists.ts";
import { isWithin, pathOf } from "../../workspace/paths.ts";

/** What Hydra as the host of builds needs from a session. */
export interface HydraHostPorts {
  /** The Hydra in the settings; undefined while there is none, or the workspace is not trusted. */
  readonly current: () => { readonly api: HydraApi } | undefined;
  /** Whether a file (path) is one of the workspace. */
  readonly isOwnFile: (file: string) => boolean;
}

/** Finds Hydra, and all other hosts with the given function. */
export function withHydra(
  { current, isOwnFile }: HydraHostPorts,
  others: (records: BuildRecords) => FindHost,
): (records: BuildRecords) => FindHost {
  return records => {
    const find = others(records);
    const api = (url: string) => {
      const found = current()?.api;
      return found?.url === url ? found : undefined;
    };
    const host = new HydraHost({
      records,
      requestOf: id => records.read(id, "request"),
      api,
      locate: locateIn(isOwnFile),
    });
    return name => (name === hydraHostName ? host : find(name));
  };
}

/** Finds the innermost position that an error of Hydra names, in the repository of a network, if that is a file of the workspace. */
function locateIn(isOwnFile: (file: string) => boolean): Locate {
  return async (network, { text }, problem) => {
    const root = await repositoryOf(pathOf(network));
    if (root === undefined) return problem;
    for (const { path: relative, line, column } of positionsIn(text)) {
      const file = path.join(root, relative);
      if (!isWithin(file, root) || !isOwnFile(file) || !(await exists(file))) continue;
      const start = { line: line - 1, character: column - 1 };
      return { ...problem, location: { uri: URI.file(file).toString(), range: { start, end: start } } };
    }
    return problem;
  };
}

/** The folder of the repository that a file is in; its own folder if it is in none. */
async function repositoryOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (await exists(path.join(folder, ".git"))) return folder;
    if (folder === path.dirname(folder)) return path.dirname(file);
  }
}
