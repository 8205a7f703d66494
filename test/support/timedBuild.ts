import { type BuildParams, finalStates } from "../../server/src/protocol.ts";
import type { LspClient } from "./lspClient.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Builds a machine through the server and removes the build. Returns the time from the request to the end of Nix (ms).
 *
 * @param how where it is built, and how.
 */
export async function timedBuild(
  client: LspClient,
  { uri }: Workspace,
  machine: string,
  how: Omit<BuildParams, "uri" | "machine"> = {},
): Promise<number> {
  const began = performance.now();
  const { id } = await client.request("morph/build", { uri, machine, ...how });
  await client.build(id, ({ state }) => state === "checking" || finalStates.has(state));
  const duration = performance.now() - began;
  const { state } = await client.build(id, summary => finalStates.has(summary.state));
  if (state !== "succeeded") throw new Error(`the build ended as ${state}`);
  await client.request("morph/remove", { id });
  return duration;
}
