import type { StartedBuilds } from "../builds/started.ts";
import type { BuildsStore } from "../builds/store.ts";
import type { LanguageServer } from "../languageServer.ts";
import { choiceSettings } from "../manifest.ts";
import { readChoice } from "../registry.ts";

/** Cancels the running builds that this window started, if `morph.onExit` says so. */
export async function cancelOnExit(server: LanguageServer, builds: BuildsStore, started: StartedBuilds): Promise<void> {
  if (readChoice(choiceSettings.onExit) === "keep") return;
  const ours = builds.unfinished.filter(({ id }) => started.ids.includes(id));
  // Errors cannot be reported any more: the window is closing.
  await Promise.allSettled(ours.map(({ id }) => server.request("morph/cancel", { id })));
}
