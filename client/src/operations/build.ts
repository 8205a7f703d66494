import type { BuildParams } from "../../../server/src/protocol.ts";
import type { BuildsStore } from "../builds/store.ts";
import type { LanguageServer } from "../languageServer.ts";
import { prepare } from "./prepare.ts";

/** What starting a build requires. */
export interface BuildTools {
  readonly server: LanguageServer;
  readonly builds: BuildsStore;
  /** Notifies when builds end, or immediately if they already have: once for those of a batch. */
  readonly follow: (ids: readonly string[]) => Promise<void>;
  /** Shows a build or a batch in the Builds view. */
  readonly reveal: (id: string) => Promise<void>;
}

/**
 * Starts the build of a machine, or finds the running one, and shows it in the Builds view. Resolves with its id once it is
 * recorded; undefined if the user cancelled before.
 */
export async function build(params: BuildParams, tools: BuildTools): Promise<string | undefined> {
  if (!(await prepare(tools.server))) return undefined;
  const { id } = await tools.server.request("morph/build", params);
  return showBuild(id, tools);
}

/** Follows a build that has just been recorded, and shows it in the Builds view. Returns its id. */
export async function showBuild(
  id: string,
  { builds, follow, reveal }: Pick<BuildTools, "builds" | "follow" | "reveal">,
): Promise<string> {
  if (builds.summary(id) === undefined) await builds.reload();
  await follow([id]);
  // The build runs even if its row cannot be shown.
  await reveal(id).catch(() => undefined);
  return id;
}
