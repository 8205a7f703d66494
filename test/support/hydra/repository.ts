import fs from "node:fs";
import path from "node:path";
import { bundledEvaluator } from "../fixtures.ts";
import type { Lab } from "../lab.ts";
import { installNixpkgs } from "../nixpkgs.ts";
import { mustRun } from "../run.ts";

/** A git repository on this machine, with a branch `main`. */
export interface Repository {
  /** Its working tree. */
  readonly folder: string;
  /** For an input of a jobset: `file:///...`. */
  readonly uri: string;
  /** The value of an input: address and branch. */
  readonly input: string;
  /** Writes files (path -> text; null removes one) and commits everything. Returns the revision. */
  commit(files: Readonly<Record<string, string | null>>, message?: string): Promise<string>;
  /** The revision of a branch. Default: that of `main`. */
  revision(name?: string): Promise<string>;
  git(...args: readonly string[]): Promise<string>;
}

/** Who commits, so that neither the user's settings nor their absence matters. */
const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];

/** Makes a folder a repository, with all that is in it committed. It is created if it does not exist. */
export async function makeRepository(lab: Pick<Lab, "env">, folder: string): Promise<Repository> {
  fs.mkdirSync(folder, { recursive: true });
  const git = (...args: readonly string[]) =>
    mustRun("git", [...identity, ...args], { env: { ...lab.env, GIT_CONFIG_NOSYSTEM: "1" }, cwd: folder });
  const repository: Repository = {
    folder,
    uri: `file://${folder}`,
    input: `file://${folder} main`,
    commit: async (files, message = "Change the network") => {
      for (const [name, text] of Object.entries(files)) {
        const file = path.join(folder, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        if (text === null) fs.rmSync(file);
        else fs.writeFileSync(file, text);
      }
      await git("add", "--all", "--force");
      await git("commit", "--quiet", "--allow-empty", "--message", message);
      return repository.revision();
    },
    revision: (name = "main") => git("rev-parse", name),
    git,
  };
  await git("init", "--quiet", "--initial-branch=main");
  await repository.commit({}, "Add the network");
  return repository;
}

/** The miniature nixpkgs as a repository: the same files as the laboratory's, so that derivations are equal. */
export async function nixpkgsRepository(lab: Lab): Promise<Repository> {
  const folder = path.join(lab.dir, "git/nixpkgs");
  fs.mkdirSync(path.dirname(folder), { recursive: true });
  installNixpkgs(folder);
  return makeRepository(lab, folder);
}

/** Morph's repository, as far as an expression needs it: `data/eval-machines.nix`. */
export async function morphRepository(lab: Lab): Promise<Repository> {
  const folder = path.join(lab.dir, "git/morph");
  fs.mkdirSync(path.join(folder, "data"), { recursive: true });
  for (const name of ["eval-machines.nix", "options.nix"])
    fs.copyFileSync(path.join(path.dirname(bundledEvaluator), name), path.join(folder, "data", name));
  return makeRepository(lab, folder);
}
