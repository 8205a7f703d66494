import fs from "node:fs";
import path from "node:path";
import { URI } from "vscode-uri";
import type { Build, BuildParams, BuildSummary } from "../../server/src/protocol.ts";
import { finalStates } from "../../server/src/protocol.ts";
import type { Lab } from "./lab.ts";
import { type ClientOptions, LspClient } from "./lspClient.ts";

const networks = path.resolve(import.meta.dirname, "../fixtures/networks");

/** A copy of a sample network in a laboratory, as a user's workspace. */
export interface Workspace {
  readonly folder: string;
  readonly file: string;
  readonly uri: string;
}

/** Copies a sample network (`home`, `faults`, ...) into the laboratory. */
export function copyNetwork(lab: Lab, name: string): Workspace {
  const folder = path.join(lab.dir, "networks", name);
  fs.cpSync(path.join(networks, name), folder, { recursive: true });
  return workspaceAt(folder);
}

/** Writes a test-specific network into the laboratory. */
export function writeNetwork(lab: Lab, name: string, text: string): Workspace {
  const folder = path.join(lab.dir, "networks", name);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "network.nix"), text);
  return workspaceAt(folder);
}

function workspaceAt(folder: string): Workspace {
  const file = path.join(folder, "network.nix");
  return { folder, file, uri: URI.file(file).toString() };
}

/** A trusted client whose server has found its builders. */
export async function trustedClient(lab: Lab, { folder }: Workspace, options: ClientOptions = {}): Promise<LspClient> {
  const client = await LspClient.start({ env: lab.env, folder, trusted: true, ...options });
  await client.next("morph/health");
  return client;
}

/** The parameters of a build besides its machine. */
type How = Omit<BuildParams, "uri" | "machine">;

/** Builds a machine to completion. */
export async function buildToEnd(
  client: LspClient,
  { uri }: Workspace,
  machine: string,
  how: How = {},
): Promise<BuildSummary> {
  const { id } = await client.request("morph/build", { uri, machine, ...how });
  return client.build(id, ({ state }) => finalStates.has(state));
}

/** Starts a build and waits until it is building derivations. */
export async function buildUntilRunning(
  client: LspClient,
  { uri }: Workspace,
  machine: string,
  how: How = {},
): Promise<string> {
  const { id } = await client.request("morph/build", { uri, machine, ...how });
  await client.build(id, ({ progress }) => progress.running > 0);
  return id;
}

/** name -> state of the derivations of a build. */
export function derivationStates({ derivations }: Build): Record<string, string> {
  return Object.fromEntries(derivations.map(({ name, state }) => [name.replace(/-[\d.]+$/, ""), state]));
}
