import type { BuildParams } from "../../../server/src/protocol.ts";
import type { BuildsStore } from "../builds/store.ts";
import type { LanguageServer } from "../languageServer.ts";
import { prepare } from "./prepare.ts";

/** What a build is started with. */
export interface BuildTools {
  readonly server: LanguageServer;
  readonly builds: BuildsStore;
  /** From now on tells how a build ends, or ended in the meantime. */
  readonly follow: (id: string) => Promise<void>;
  /** Shows a build in the Builds view. */
  readonly reveal: (id: string) => Promise<void>;
}

/**
 * Starts the build of a machine, or finds the one that runs, and shows it in the Builds view. Resolves with its id once it is
 * recorded; undefined when the user stopped before.
 */
export async function build(
  params: BuildParams,
  { server, builds, follow, reveal }: BuildTools,
): Promise<string | undefined> {
  if (!(await prepare())) return undefined;
  const { id } = await server.request("morph/build", params);
  if (builds.summary(id) === undefined) await builds.reload();
  await follow(id);
  // It runs whether or not its row can be shown.
  await reveal(id).catch(() => undefined);
  return id;
}
