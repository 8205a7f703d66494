import { createHash } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import type { EvaluationInput, Jobset, JobsetInput } from "../database.ts";
import type { HydraNix } from "./nix.ts";

/** An input of a jobset as it was fetched. */
export interface Fetched {
  readonly name: string;
  readonly type: string;
  readonly value?: string;
  readonly uri?: string;
  readonly revision?: string;
  readonly revCount?: number;
  readonly shortRev?: string;
  readonly storePath?: string;
}

/** Fetches all inputs. Throws with what Hydra shows as `fetcherrormsg`. */
export async function fetchInputs(nix: HydraNix, dir: string, { inputs }: Jobset): Promise<Fetched[]> {
  const fetched: Fetched[] = [];
  for (const input of inputs.values()) fetched.push(await fetchInput(nix, dir, input));
  return fetched;
}

async function fetchInput(nix: HydraNix, dir: string, { name, type, value }: JobsetInput): Promise<Fetched> {
  switch (type) {
    case "string":
    case "boolean":
    case "nix":
      return { name, type, value };
    case "path": {
      if (!fs.existsSync(value)) throw new Error(`cannot copy path ${value} to the Nix store: no such file\n`);
      return { name, type, uri: value, storePath: await nix.must("nix-store", ["--add", value]) };
    }
    case "git":
      return { name, type, ...(await fetchGit(nix, dir, value)) };
    default:
      throw new Error(`input \`${name}' has unknown type \`${type}'.\n`);
  }
}

/** Fetches `URI [BRANCH|REVISION]` into a clone that is kept, and puts its files into the store. */
export async function fetchGit(nix: HydraNix, dir: string, value: string): Promise<Omit<Fetched, "name" | "type">> {
  const [uri = "", given] = value.split(/\s+/);
  const clone = path.join(dir, "scm/git", createHash("sha256").update(uri).digest("hex"));
  const git = (...args: readonly string[]) => nix.run("git", ["--git-dir", clone, ...args]);
  const ask = async (...args: readonly string[]) => (await git(...args)).stdout.trim();
  if (!fs.existsSync(clone)) {
    fs.mkdirSync(path.dirname(clone), { recursive: true });
    await nix.must("git", ["init", "--quiet", "--bare", clone]);
    await git("remote", "add", "origin", "--", uri);
  }
  const branch = given ?? (await defaultBranch(nix, uri));
  const isRevision = /^[0-9a-f]{40}$/.test(branch);
  const first = await git("fetch", "-fu", "origin", `+${branch}:${isRevision ? "_hydra_tmp" : branch}`);
  const result = first.code === 0 ? first : await git("fetch", "-fu", "origin");
  if (result.code !== 0) {
    throw new Error(`error fetching latest change from git repo at \`${uri}':\n${result.stderr}`);
  }
  const revision = isRevision ? branch : await ask("rev-parse", "--verify", "--quiet", branch);
  if (!/^[0-9a-f]+$/.test(revision)) {
    throw new Error(`did not get a well-formated revision number of Git branch '${branch}' at \`${uri}'\n`);
  }
  return {
    uri,
    revision,
    revCount: Number(await ask("rev-list", "--count", revision)),
    shortRev: await ask("rev-parse", "--short", revision),
    storePath: await checkout(nix, dir, clone, revision),
  };
}

async function defaultBranch(nix: HydraNix, uri: string): Promise<string> {
  const { stdout } = await nix.run("git", ["ls-remote", "--symref", uri, "HEAD"]);
  return /^ref:\s+refs\/heads\/(\S+)/m.exec(stdout)?.[1] ?? "master";
}

/** The files of a revision in the store, without `.git`. */
async function checkout(nix: HydraNix, dir: string, clone: string, revision: string): Promise<string> {
  const known = path.join(dir, "checkouts", revision);
  if (fs.existsSync(known)) return fs.readFileSync(known, "utf8");
  const folder = path.join(dir, "tmp", revision, "source");
  fs.mkdirSync(folder, { recursive: true });
  const script = 'git --git-dir="$0" archive "$1" | tar -x -C "$2"';
  await nix.must("sh", ["-c", script, clone, revision, folder]);
  const storePath = await nix.must("nix-store", ["--add", folder]);
  nix.root(storePath);
  fs.rmSync(path.dirname(folder), { recursive: true });
  fs.mkdirSync(path.dirname(known), { recursive: true });
  fs.writeFileSync(known, storePath);
  return storePath;
}

/** What an evaluation's JSON says about an input. */
export function inputEntity({ type, uri, revision, value }: Fetched): EvaluationInput {
  return { type, uri: uri ?? null, revision: revision ?? null, value: value ?? null, dependency: null };
}

/** What the evaluator gets: each checkout in the search path, and each input as an argument. */
export function inputArguments(inputs: readonly Fetched[]): string[] {
  return inputs
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, type, value = "", storePath, ...rest }) => {
      if (type === "string") return ["--argstr", name, value];
      if (type === "boolean" || type === "nix") return ["--arg", name, value];
      const { uri, revision, revCount, shortRev } = rest;
      const fields = [
        `outPath = builtins.storePath ${storePath}`,
        `inputType = "${type}"`,
        ...(uri === undefined ? [] : [`uri = "${uri}"`]),
        ...(revision === undefined ? [] : [`rev = "${revision}"`]),
        ...(revCount === undefined ? [] : [`revCount = ${revCount}`]),
        ...(shortRev === undefined ? [] : [`shortRev = "${shortRev}"`]),
      ];
      return ["-I", `${name}=${storePath}`, "--arg", name, `{ ${fields.join("; ")}; }`];
    });
}
