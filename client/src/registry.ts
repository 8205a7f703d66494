import * as vscode from "vscode";
import { type CommandId, type ContextKey, type choiceSettings, commandIds, settingKeys } from "./manifest.ts";
import type { BuildTarget, MachineTarget } from "./targets.ts";

// What the manifest declares, as the code may use it: with the arguments and values that fit.

/** What a command is passed that the code runs. Those of menus are not known: a command looks at what it gets. */
interface CommandArguments {
  readonly [commandIds.buildMachine]: readonly [MachineTarget];
  readonly [commandIds.restartServer]: readonly [];
  readonly [commandIds.showLog]: readonly [BuildTarget];
}

/** Runs a command of ours by its id, so that whoever offers it need not know what it does. */
export function runCommand<C extends CommandId & keyof CommandArguments>(
  id: C,
  ...args: CommandArguments[C]
): Thenable<unknown> {
  return vscode.commands.executeCommand(id, ...args);
}

/** Sets a key that the manifest's `when` clauses read. */
export function setContextKey<K extends ContextKey>({ key }: K, value: K["values"][number]): void {
  void vscode.commands.executeCommand("setContext", key, value);
}

type ChoiceSetting = (typeof choiceSettings)[keyof typeof choiceSettings];

/** What the user has chosen; the manifest's default for what is no choice. */
export function readChoice<S extends ChoiceSetting>({ key, values, byDefault }: S): S["values"][number] {
  const value = vscode.workspace.getConfiguration().get<string>(key);
  return values.find(each => each === value) ?? byDefault;
}

/** The globs of network files, and the place to change them. */
export const networkFiles = {
  get: (): readonly string[] =>
    vscode.workspace.getConfiguration().get<readonly string[]>(settingKeys.networkFiles, []),

  setInWorkspace: (globs: readonly string[]): Thenable<void> =>
    vscode.workspace.getConfiguration().update(settingKeys.networkFiles, globs, vscode.ConfigurationTarget.Workspace),
};
