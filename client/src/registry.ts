import * as vscode from "vscode";
import {
  type CommandId,
  type ContextKey,
  type ContextList,
  type choiceSettings,
  commandIds,
  settingKeys,
} from "./manifest.ts";
import type { BatchTarget, BuildTarget, MachineTarget } from "./targets.ts";

// Typed access to what the manifest declares.

/** The arguments of commands that the code runs. Those from menus are untyped, so commands validate them. */
interface CommandArguments {
  readonly [commandIds.buildMachine]: readonly [MachineTarget];
  readonly [commandIds.fetchFromCache]: readonly [MachineTarget];
  readonly [commandIds.revealMachine]: readonly [MachineTarget];
  readonly [commandIds.openInHydra]: readonly [MachineTarget];
  readonly [commandIds.compareWithHydra]: readonly [MachineTarget];
  readonly [commandIds.retryBuild]: readonly [BuildTarget];
  readonly [commandIds.retryFailed]: readonly [BatchTarget];
  readonly [commandIds.restartServer]: readonly [];
  readonly [commandIds.setUpBuildMachine]: readonly [{ readonly system?: string | undefined }];
  readonly [commandIds.checkSignatures]: readonly [BuildTarget];
  readonly [commandIds.showLog]: readonly [BuildTarget];
}

/** Runs one of our commands by id, so that the caller does not depend on its implementation. */
export function runCommand<C extends CommandId & keyof CommandArguments>(
  id: C,
  ...args: CommandArguments[C]
): Thenable<unknown> {
  return vscode.commands.executeCommand(id, ...args);
}

/** The current values of the context keys. */
const contextValues = new Map<string, unknown>();

/** Sets a context key for the manifest's `when` clauses. VS Code is only asked if it changes. */
export function setContextKey<K extends ContextKey>({ key }: K, value: K["values"][number]): void {
  if (contextValues.get(key) === value) return;
  contextValues.set(key, value);
  void vscode.commands.executeCommand("setContext", key, value);
}

/** Sets a context key with a list for the manifest's `when` clauses. */
export function setContextList(key: ContextList, value: readonly string[]): void {
  void vscode.commands.executeCommand("setContext", key, value);
}

type ChoiceSetting = (typeof choiceSettings)[keyof typeof choiceSettings];

/** The user's choice; the manifest's default if the value is not one of the choices. */
export function readChoice<S extends ChoiceSetting>({ key, values, byDefault }: S): S["values"][number] {
  const value = vscode.workspace.getConfiguration().get<string>(key);
  return values.find(each => each === value) ?? byDefault;
}

/** Reads and writes the globs of network files. */
export const networkFiles = {
  get: (): readonly string[] =>
    vscode.workspace.getConfiguration().get<readonly string[]>(settingKeys.networkFiles, []),

  setInWorkspace: (globs: readonly string[]): Thenable<void> =>
    vscode.workspace.getConfiguration().update(settingKeys.networkFiles, globs, vscode.ConfigurationTarget.Workspace),
};

/** Reads and writes where machines are built by default: machine or system -> `schedule`, `local` or the id of a builder. */
export const places = {
  get: (): Readonly<Record<string, string>> =>
    vscode.workspace.getConfiguration().get<Record<string, string>>(settingKeys.places, {}),

  /**
   * Sets one of them, or removes it. It is written where it is set already, else to the user's settings: builders belong to a machine
   * and its user, not to a workspace that others share.
   */
  set: async (key: string, value: string | undefined): Promise<void> => {
    const settings = vscode.workspace.getConfiguration();
    const { workspaceValue, globalValue } = settings.inspect<Record<string, string>>(settingKeys.places) ?? {};
    const isInWorkspace = workspaceValue !== undefined && Object.hasOwn(workspaceValue, key);
    const { [key]: _, ...others } = (isInWorkspace ? workspaceValue : globalValue) ?? {};
    const changed = value === undefined ? others : { ...others, [key]: value };
    const isEmpty = Object.keys(changed).length === 0;
    const target = isInWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
    await settings.update(settingKeys.places, isEmpty ? undefined : changed, target);
  },
};
