import * as vscode from "vscode";
import type { InternalApi } from "../../../client/src/api.ts";
import { eventually } from "./eventually.ts";

const extensionId = "morph-networks.vscode-morph";

/** The running extension, once its language server is ready and the networks are read. */
export async function activeExtension(): Promise<InternalApi> {
  const api = await extension().activate();
  const { session, machines, builds } = api;
  await eventually("the server runs", () => session.state === "running" || undefined, session.onDidChangeState);
  await eventually("the networks are read", () => machines.networks, machines.onDidChange);
  await eventually("the builds are read", () => builds.loaded || undefined, builds.onDidChange);
  return api;
}

function extension(): vscode.Extension<InternalApi> {
  const found = vscode.extensions.getExtension<InternalApi>(extensionId);
  if (found === undefined) throw new Error(`${extensionId} is not installed`);
  return found;
}
