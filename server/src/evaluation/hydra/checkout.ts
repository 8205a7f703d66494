import { createHash, randomBytes } from "node:crypto";
import { constants, copyFile, lstat, mkdir, readlink, rm, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { type Nix, processProblem } from "../../nix/nix.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import type { HydraFile } from "../../protocol.ts";
import { committableFiles, type Repository } from "./repository.ts";

/** How many files are copied in parallel. */
const parallel = 16;

/**
 * Adds to the store what Hydra would check out if everything in the working tree were committed and pushed, with the files of a jobset
 * that are not written yet. The store path is the one that Hydra's would have: its name is made as `nix-prefetch-git` does.
 *
 * @param storageDir for a copy, which is removed again. Problems: `no-checkout`, and those of Nix.
 */
export async function addCheckout(
  nix: Nix,
  repository: Repository,
  files: readonly HydraFile[],
  storageDir: string,
  signal: AbortSignal,
): Promise<Outcome<string>> {
  const folder = path.join(storageDir, "hydra", randomBytes(8).toString("hex"));
  const copy = path.join(folder, checkoutName(repository.remote?.url ?? "", repository.head));
  try {
    await mkdir(copy, { recursive: true, mode: 0o700 });
    const listed = await committableFiles(nix, repository.root, signal);
    for (let next = 0; next < listed.length && !signal.aborted; next += parallel)
      await Promise.all(listed.slice(next, next + parallel).map(file => copyInto(copy, repository.root, file)));
    for (const { path: file, text, state } of files)
      if (state === "missing" || state === "outdated") await writeInto(copy, file, text);
    const end = await nix.run("nix-store", ["--add-fixed", "--recursive", "sha256", copy], { signal });
    if (end.kind !== "exited" || end.code !== 0) return { problem: processProblem(end) };
    return { value: end.stdout.trim() };
  } catch (error) {
    const problem = errorProblem(
      "no-checkout",
      l10n.t("Cannot copy the repository {0}.", repository.root),
      String(error),
    );
    return { problem };
  } finally {
    await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Hydra clones into a folder named after the address; `nix-prefetch-git` appends the start of the revision. */
export function checkoutName(uri: string, revision: string | undefined): string {
  const clone = createHash("sha256").update(uri).digest("hex");
  return revision === undefined ? clone : `${clone}-${revision.slice(0, 7)}`;
}

async function copyInto(folder: string, root: string, file: string): Promise<void> {
  const [from, to] = [path.join(root, file), path.join(folder, file)];
  const found = await lstat(from).catch(() => undefined);
  // A tracked file may have been deleted. A folder is that of another repository, which Hydra does not fetch.
  if (found === undefined || !(found.isFile() || found.isSymbolicLink())) return;
  await mkdir(path.dirname(to), { recursive: true });
  if (found.isSymbolicLink()) await symlink(await readlink(from), to);
  else await copyFile(from, to, constants.COPYFILE_FICLONE);
}

async function writeInto(folder: string, file: string, text: string): Promise<void> {
  const to = path.join(folder, file);
  await mkdir(path.dirname(to), { recursive: true });
  await writeFile(to, text);
}
