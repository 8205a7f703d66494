import * as vscode from "vscode";
import { hydraAddress } from "../../../../server/src/common/entered/hydra.ts";
import type { HydraConnection, HydraLogin } from "../../../../server/src/protocol.ts";
import type { Command, CommandContext } from "../../context.ts";
import { connectionText } from "../../hydra/connectionText.ts";
import { settingKeys } from "../../manifest.ts";
import { type MessageAction, showMessage } from "../../problems/show.ts";

type Tools = Pick<CommandContext, "session" | "hydraLogins">;

/** Asks for the address of a Hydra server and a login, tries both, and keeps them; or forgets them. */
export function connectHydra(context: CommandContext): Command {
  return async () => {
    const title = vscode.l10n.t("Connect to Hydra...");
    const url = setting(settingKeys.hydraUrl);
    if (url !== "") {
      const chosen = await chooseWhatToDo(url, title);
      if (chosen === undefined) return;
      if (chosen === "disconnect") return disconnect(context, url);
    }
    const entered = await askWhereAndWho(context, url, title);
    if (entered === undefined) return;
    const connection = await tried(context, entered.url, entered.login);
    // Only what is right is kept.
    if (entered.login !== undefined) await context.hydraLogins.set(entered.url, entered.login);
    await setUrl(entered.url);
    void showMessage(
      connection.user !== undefined && connection.missing.length > 0 ? "warning" : "info",
      connectionText(connection, vscode.l10n),
      actionsFor(connection),
    );
  };
}

async function chooseWhatToDo(url: string, title: string): Promise<"connect" | "disconnect" | undefined> {
  const items = [
    {
      label: vscode.l10n.t("$(plug) Connect"),
      detail: vscode.l10n.t("To this server or another one, as the same user or another one"),
      value: "connect" as const,
    },
    {
      label: vscode.l10n.t("$(debug-disconnect) Disconnect"),
      detail: vscode.l10n.t("Forgets the address, the user name and the password"),
      value: "disconnect" as const,
    },
  ];
  return (await vscode.window.showQuickPick(items, { title, placeHolder: vscode.l10n.t("Connected to {0}", url) }))
    ?.value;
}

async function askWhereAndWho(
  { hydraLogins }: Tools,
  before: string,
  title: string,
): Promise<{ readonly url: string; readonly login: HydraLogin | undefined } | undefined> {
  const options = { title, ignoreFocusOut: true };
  const address = await vscode.window.showInputBox({
    ...options,
    value: before,
    prompt: vscode.l10n.t("The address of the Hydra server"),
    placeHolder: "https://hydra.example.org",
    // Nothing is wrong before the user has typed; no address is as good as Escape.
    validateInput: text =>
      text !== "" && hydraAddress(text) === undefined
        ? vscode.l10n.t("Enter an address that starts with https:// or http://, without a user name and password.")
        : undefined,
  });
  const url = address === undefined ? undefined : hydraAddress(address);
  if (url === undefined) return undefined;
  const known = await hydraLogins.get(url);
  const user = await vscode.window.showInputBox({
    ...options,
    value: known?.user ?? "",
    prompt: vscode.l10n.t("The user name. Leave it empty to only see builds, without signing in."),
  });
  if (user === undefined) return undefined;
  if (user.trim() === "") return { url, login: undefined };
  const password = await vscode.window.showInputBox({
    ...options,
    password: true,
    prompt: vscode.l10n.t("The password of {0}. It is kept in VS Code's secret storage.", user.trim()),
  });
  return password === undefined || password === "" ? undefined : { url, login: { user: user.trim(), password } };
}

/** Connects. Rejects with the problem. */
async function tried(context: Tools, url: string, login: HydraLogin | undefined): Promise<HydraConnection> {
  // The server would ask for the login that is kept.
  if (login === undefined) await forget(context, url);
  const project = setting(settingKeys.hydraProject);
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Connecting to {0}", url),
      cancellable: true,
    },
    (_progress, token) => context.session.request("morph/hydraConnect", { url, project, login }, token),
  );
}

async function disconnect(context: Tools, url: string): Promise<void> {
  await forget(context, hydraAddress(url) ?? url);
  const { workspaceValue, globalValue } = vscode.workspace.getConfiguration().inspect(settingKeys.hydraUrl) ?? {};
  const remove = (target: vscode.ConfigurationTarget) =>
    vscode.workspace.getConfiguration().update(settingKeys.hydraUrl, undefined, target);
  if (workspaceValue !== undefined) await remove(vscode.ConfigurationTarget.Workspace);
  if (globalValue !== undefined) await remove(vscode.ConfigurationTarget.Global);
}

async function forget({ hydraLogins, session }: Tools, url: string): Promise<void> {
  await hydraLogins.forget(url);
  await session.notify("morph/hydraLoginDidChange", { url });
}

/** In the workspace, whose machines the server builds. */
async function setUrl(url: string): Promise<void> {
  if (hydraAddress(setting(settingKeys.hydraUrl)) === url) return;
  const hasWorkspace = (vscode.workspace.workspaceFolders ?? []).length > 0;
  const target = hasWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  await vscode.workspace.getConfiguration().update(settingKeys.hydraUrl, url, target);
}

function actionsFor({ hasProject }: HydraConnection): readonly MessageAction[] {
  if (hasProject) return [];
  const open = () => vscode.commands.executeCommand("workbench.action.openSettings", settingKeys.hydraProject);
  return [{ title: vscode.l10n.t("Change Project"), run: open }];
}

function setting(key: string): string {
  return vscode.workspace.getConfiguration().get<string>(key, "");
}
