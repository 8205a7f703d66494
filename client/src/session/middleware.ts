import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import type { serverCommands } from "../../../server/src/protocol.ts";
import { type CommandId, commandIds } from "../manifest.ts";

/** Server command -> our command that does the same with saving, trust and focus. */
const ours: Readonly<Record<string, CommandId>> = {
  "morph.evaluate": commandIds.evaluateMachine,
  "morph.build": commandIds.buildMachine,
  "morph.cancel": commandIds.cancelBuild,
} satisfies Readonly<Record<(typeof serverCommands)[number], CommandId>>;

/** Makes a click on a lens do the same as one in a view. */
export const middleware: Middleware = {
  executeCommand: (command, args: unknown[], next) => {
    const id = ours[command];
    return id === undefined ? next(command, args) : vscode.commands.executeCommand(id, ...args);
  },
};
