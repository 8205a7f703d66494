import { rm } from "node:fs/promises";
import * as l10n from "@vscode/l10n";
import { storeName } from "../../../common/storeName.ts";
import { newStyle, processProblem } from "../../../nix/nix.ts";
import type { Problem } from "../../../protocol.ts";
import type { BuilderAccess } from "./access.ts";
import type { Ended, StoredResult } from "./files.ts";
import { isLost, scriptProblem } from "./problems.ts";

/** How long a command of the script may take, connecting included (ms). */
const commandTime = 60_000;

/** What happens to the result of a build. */
export interface ResultPlan {
  /** The local link that is its GC root if it is copied here. */
  readonly root: string;
  /** Whether it is copied here. */
  readonly fetch: boolean;
}

/** A result that was collected. */
export interface Collected {
  /** Absent: it was copied here, or there is none. */
  readonly stored?: StoredResult | undefined;
}

/** What was collected, or why that has to be tried again: the builder cannot be reached. */
export type CollectEnd = Collected | { readonly again: Problem };

/**
 * The result of a build that has ended; undefined if it has none. The builder only says whether it exists: which path it has follows
 * from the evaluation, so a builder cannot pass off another one as it.
 *
 * @param outPath by the evaluation; undefined if that is unknown.
 */
export function resultOf({ code, adopted, output }: Ended, outPath: string | undefined): string | undefined {
  const isSuccess = code === 0 || adopted === true;
  return isSuccess && output !== undefined ? (outPath ?? output) : undefined;
}

/**
 * Ends a build on its builder: copies its result here if that is wanted, and removes everything there but the GC root of a result
 * that stays.
 *
 * @param output the store path of the result, if there is one.
 */
export async function collect(
  access: BuilderAccess,
  id: string,
  output: string | undefined,
  plan: ResultPlan,
  signal: AbortSignal,
): Promise<CollectEnd> {
  const failed = output !== undefined && plan.fetch ? await fetchResult(access, output, plan.root, signal) : undefined;
  if (failed?.isLost === true) return { again: failed.problem };
  const isLeft = output !== undefined && (!plan.fetch || failed !== undefined);
  const end = await access.run([isLeft ? "collect" : "remove", id], { timeout: commandTime, signal });
  const problem = scriptProblem(end, access.store);
  if (problem !== undefined) return { again: problem };
  return { stored: isLeft ? storedAs(access, output, failed?.problem) : undefined };
}

/**
 * Protects the result of a build that Nix made in the builder's store from garbage collection there, or copies it here.
 *
 * @param client identifies the builds of this storage folder.
 */
export async function keepResult(
  access: BuilderAccess,
  id: string,
  client: string,
  output: string,
  plan: ResultPlan,
  signal: AbortSignal,
): Promise<CollectEnd> {
  const failed = plan.fetch ? await fetchResult(access, output, plan.root, signal) : undefined;
  if (failed?.isLost === true) return { again: failed.problem };
  if (plan.fetch && failed === undefined) return {};
  const end = await access.run(["root", id, client, output], { timeout: commandTime, signal });
  const problem = scriptProblem(end, access.store);
  if (problem !== undefined && isLost(end)) return { again: problem };
  const unprotected: Problem | undefined = problem && {
    ...problem,
    code: "not-protected",
    severity: "warning",
    message: l10n.t(
      "The result in the store of {0} is not protected there from garbage collection. {1}",
      storeName(access.store),
      problem.message,
    ),
  };
  return { stored: storedAs(access, output, failed?.problem ?? unprotected) };
}

function storedAs({ store }: BuilderAccess, output: string, problem: Problem | undefined): StoredResult {
  return { at: new Date().toISOString(), store, output, problem };
}

/** Messages of a broken connection, from ssh and from Nix. */
const broken =
  /unexpected end-of-file|cannot (?:open connection|connect) to|failed to start SSH|Broken pipe|Connection (?:refused|closed|reset|timed out)|Could not resolve|No route to host|Timeout, server/i;

/** Copies a result here and gives it a GC root. Returns why that failed. */
async function fetchResult(
  { nix, store }: BuilderAccess,
  output: string,
  root: string,
  signal: AbortSignal,
): Promise<{ readonly problem: Problem; readonly isLost: boolean } | undefined> {
  // Nix of this machine decides whether it trusts what it gets: `--no-check-sigs` counts only for a trusted user.
  const copied = await nix.run("nix", [...newStyle, "copy", "--no-check-sigs", "--from", store, output], { signal });
  const args = [
    "--realise",
    output,
    "--add-root",
    root,
    "--indirect",
    "--option",
    "substitute",
    "false",
    "--max-jobs",
    "0",
  ];
  const end = copied.kind === "exited" && copied.code === 0 ? await nix.run("nix-store", args, { signal }) : copied;
  if (end.kind === "exited" && end.code === 0) return undefined;
  await rm(root, { force: true });
  const { detail, message } = processProblem(end);
  const reason =
    detail
      ?.trim()
      .split("\n")
      .findLast(line => /error:/.test(line))
      ?.replace(/^.*?error:\s*/, "") ?? message;
  const problem: Problem = {
    code: "not-fetched",
    severity: "warning",
    message: l10n.t("The result could not be copied here and stays in the store of {0}: {1}", storeName(store), reason),
    detail,
  };
  return { problem, isLost: end.kind === "cancelled" || (end.kind === "exited" && broken.test(end.stderr)) };
}
