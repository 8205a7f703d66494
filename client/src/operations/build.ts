import type { BuildParams } from "../../../server/src/protocol.ts";
import type { BuildsStore } from "../builds/store.ts";
import type { LanguageServer } from "../languageServer.ts";
import type { EndedBuilds } from "../notices/endedBuilds.ts";
import type { BuildsView } from "../views/builds/buildsView.ts";
import { prepare } from "./prepare.ts";

/** What a build is started with. */
export interface BuildTools {
  readonly server: LanguageServer;
  readonly builds: BuildsStore;
  readonly buildsView: BuildsView;
  readonly ended: EndedBuilds;
}

/**
 * Starts the build of a machine, or finds the one that runs, and shows it in the Builds view. Resolves with its id once it is
 * recorded; undefined when the user stopped before.
 */
export async function build(
  params: BuildParams,
  { server, builds, buildsView, ended }: BuildTools,
): Promise<string | undefined> {
  if (!(await prepare())) return undefined;
  const { id } = await server.request("morph/build", params);
  if (builds.summary(id) === undefined) await builds.reload();
  await ended.follow(id);
  // It runs whether or not its row can be shown.
  await buildsView.reveal(id).catch(() => undefined);
  return id;
}
