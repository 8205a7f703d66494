import * as vscode from "vscode";
import { linesOf } from "./linesOf.ts";
import { type FilePlace, type Mention, mentionsOf } from "./mentions.ts";

/** Not contributed: called only by links, with a path and possibly a position in it. */
const openStorePath = "morph.openStorePath";

/** Maximum number of links of each kind, the newest: VS Code redraws all of them whenever the log grows. */
const maxLinks = 5000;

/** Maximum number of paths that are looked up on disk each time. */
const maxLooks = 200;

/** Links from a log to the files of the workspace and to paths of the Nix store. */
export class LogLinks implements vscode.DocumentLinkProvider, vscode.Disposable {
  readonly #command = vscode.commands.registerCommand(openStorePath, openOrCopy);

  async provideDocumentLinks(document: vscode.TextDocument): Promise<vscode.DocumentLink[]> {
    const mentions = mentionsOf(linesOf(document), maxLinks);
    const named = new Set(mentions.flatMap(({ kind, path }) => (kind === "file" ? [path] : [])));
    const looks = [...named].slice(-maxLooks).map(async path => [path, await workspaceFile(path)] as const);
    const files = new Map(await Promise.all(looks));
    return mentions.flatMap(mention => {
      const target = mention.kind === "store" ? storeTarget(mention) : fileTarget(files.get(mention.path), mention);
      return target === undefined ? [] : [linkTo(target, mention)];
    });
  }

  dispose(): void {
    this.#command.dispose();
  }
}

function linkTo(target: vscode.Uri, { kind, line, start, end }: Mention): vscode.DocumentLink {
  const link = new vscode.DocumentLink(new vscode.Range(line, start, line, end), target);
  link.tooltip = kind === "store" ? vscode.l10n.t("Open or copy path") : vscode.l10n.t("Open file");
  return link;
}

function storeTarget({ path, place }: Mention): vscode.Uri {
  const query = JSON.stringify(place === undefined ? [path] : [path, place]);
  return vscode.Uri.from({ scheme: "command", path: openStorePath, query });
}

function fileTarget(file: vscode.Uri | undefined, { place }: Mention): vscode.Uri | undefined {
  return file === undefined || place === undefined ? file : file.with({ fragment: `L${place.line},${place.column}` });
}

/** The workspace file that a log names; a path that does not exist on this machine is resolved against the workspace folders. */
async function workspaceFile(path: string): Promise<vscode.Uri | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const files = path.startsWith("/")
    ? [vscode.Uri.file(path)]
    : folders.map(({ uri }) => vscode.Uri.joinPath(uri, path));
  for (const file of files)
    if (vscode.workspace.getWorkspaceFolder(file) !== undefined && (await isFile(file))) return file;
  return undefined;
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}

/** Opens a file of the Nix store, or copies the path if there is no such file on this machine. */
async function openOrCopy(path: unknown, place?: Partial<FilePlace>): Promise<void> {
  if (typeof path !== "string") return;
  const uri = vscode.Uri.file(path);
  if (await isFile(uri)) {
    const at = new vscode.Position((place?.line ?? 1) - 1, (place?.column ?? 1) - 1);
    await vscode.commands.executeCommand("vscode.open", uri, { selection: new vscode.Range(at, at) });
    return;
  }
  await vscode.env.clipboard.writeText(path);
  vscode.window.setStatusBarMessage(vscode.l10n.t("Copied: {0}", path), copiedFor);
}

/** How long the status bar shows what was copied (ms). */
const copiedFor = 4000;
