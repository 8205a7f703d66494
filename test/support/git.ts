import path from "node:path";
import type { Lab } from "./lab.ts";
import { mustRun } from "./run.ts";

/** Runs git in a folder of a laboratory, as its user. Returns what it prints. */
export function git({ env }: Pick<Lab, "env">, cwd: string, ...args: readonly string[]): Promise<string> {
  const user = ["-c", "user.name=test", "-c", "user.email=test@example.org", "-c", "init.defaultBranch=main"];
  return mustRun("git", [...user, ...args], { env, cwd });
}

/** Makes a folder a repository, on branch `main`, with everything in it committed. */
export async function createRepository(lab: Pick<Lab, "env">, folder: string): Promise<void> {
  await git(lab, folder, "init", "--quiet");
  await git(lab, folder, "add", "--all");
  await git(lab, folder, "commit", "--quiet", "--message", "First");
}

/** Pushes a repository to a new one beside it, which becomes its remote `origin`. Returns the remote's path. */
export async function publishRepository(lab: Pick<Lab, "env">, folder: string): Promise<string> {
  const remote = `${folder}.git`;
  await git(lab, path.dirname(folder), "init", "--quiet", "--bare", remote);
  await git(lab, folder, "remote", "add", "origin", remote);
  await git(lab, folder, "push", "--quiet", "--set-upstream", "origin", "main");
  return remote;
}
