import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import type { serverCommands } from "../../../server/src/protocol.ts";
import { type CommandId, commandIds } from "../manifest.ts";
import { LensClicks } from "./lensClicks.ts";

/** Server command -> our command that does the same with saving, trust and focus. */
const ours: Readonly<Record<string, CommandId>> = {
  "morph.evaluate": commandIds.evaluateMachine,
  "morph.build": commandIds.buildMachine,
  "morph.cancel": commandIds.cancelBuild,
} satisfies Readonly<Record<(typeof serverCommands)[number], CommandId>>;

/** Makes a click on a lens do the same as one in a view, whenever it happens. */
export function createMiddleware(subscriptions: vscode.ExtensionContext["subscriptions"]): Middleware {
  const clicks = new LensClicks({
    register: (id, run) => vscode.commands.registerCommand(id, run),
    run: (id, args) => vscode.commands.executeCommand(id, ...args),
  });
  subscriptions.push(clicks);
  const clickable = (lens: vscode.CodeLens): vscode.CodeLens => {
    if (lens.command !== undefined) lens.command = clicks.withoutArguments(lens.command);
    return lens;
  };
  return {
    executeCommand: (command, args: unknown[], next) => {
      const id = ours[command];
      return id === undefined ? next(command, args) : vscode.commands.executeCommand(id, ...args);
    },
    provideCodeLenses: async (document, token, next) => (await next(document, token))?.map(clickable),
    resolveCodeLens: async (lens, token, next) => {
      const resolved = await next(lens, token);
      return resolved && clickable(resolved);
    },
  };
}
