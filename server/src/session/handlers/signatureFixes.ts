import * as l10n from "@vscode/l10n";
import { trustFixes } from "../../features/signatureFixes/trustKey.ts";
import { type Nix, newStyle } from "../../nix/nix.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import type { BuildSummary, Network, Requests, SignatureReport, TrustKeyFixes } from "../../protocol.ts";
import { offersOf } from "../../signing/advice/offers.ts";
import { shownUrl } from "../../signing/caches/ask.ts";
import { readPublicKey, readTrustedKeys } from "../../signing/keys.ts";
import { parsePathInfos } from "../../signing/pathInfo.ts";
import { copyClosure, signClosure } from "../../signing/publish.ts";
import { checkSignatures } from "../../signing/signature.ts";
import { thisHost } from "../../toolchain/thisHost.ts";
import { importedBy } from "./buildMachine.ts";
import type { SessionContext } from "./context.ts";

type Params<Method extends keyof Requests> = Requests[Method]["params"];

/** As many paths are compared with a key: a single one may have been changed. */
const maxCompared = 3;

/** How long Nix may take to read one path's signatures from a cache (ms). */
const lookUpTimeout = 20_000;

/** The shortest time between two notifications about a copy (ms). */
const progressPeriod = 100;

/** Problems: `no-result`, `key-does-not-fit`. */
export async function trustKeyFixes(
  session: SessionContext,
  network: Network,
  build: BuildSummary,
  report: SignatureReport,
  { cache, publicKey }: Params<"morph/trustKeyFixes">,
): Promise<Outcome<TrustKeyFixes>> {
  const verdict = await fits(session, report, cache, publicKey);
  if (verdict === "no")
    return {
      problem: errorProblem(
        "key-does-not-fit",
        l10n.t(
          "This key does not fit the signatures in {0}: the cache signs with another key of this name. Nothing was changed.",
          cache,
        ),
      ),
    };
  const document = session.networks.openDocument(network.uri);
  const [host, imported] = [await thisHost(), importedBy(session, network.uri)];
  const facts = { network, document, imported, machine: build.machine, host, publicKey, cache };
  return { value: { isVerified: verdict === "yes", fixes: trustFixes(facts) } };
}

/** Whether a key made the signatures of its name that a cache has for a closure. */
async function fits(
  { toolchain }: SessionContext,
  { paths }: SignatureReport,
  cache: string,
  publicKey: string,
): Promise<"yes" | "no" | "unknown"> {
  const read = readPublicKey(publicKey);
  const name = "key" in read ? read.key.name : undefined;
  const signed = paths
    .filter(path => offersOf(path).some(offer => offer.cache === cache && offer.key === name))
    .slice(0, maxCompared);
  if (name === undefined) return "unknown";
  await toolchain.refresh();
  // Reports contain no logins. A cache that is not in Nix's settings is one of the network's, or of the extension's.
  const store = toolchain.config?.substituters.find(url => shownUrl(url) === cache) ?? cache;
  let isRefuted = false;
  for (const { path } of signed) {
    const info = await pathIn(toolchain.nix, store, path);
    if (info === undefined) break;
    // The signature counts here, even if the path needs none.
    const { status } = checkSignatures({ ...info, ca: undefined }, readTrustedKeys([publicKey]));
    if (status === "trusted") return "yes";
    isRefuted ||= status === "invalid";
  }
  return isRefuted ? "no" : "unknown";
}

/** A path in a cache as Nix reads it now; undefined if that fails. */
async function pathIn(nix: Nix, store: string, storePath: string) {
  const fresh = ["--option", "narinfo-cache-positive-ttl", "0", "--option", "narinfo-cache-negative-ttl", "0"];
  const args = [...newStyle, "path-info", "--json", "--sigs", "--store", store, ...fresh, storePath];
  const end = await nix.run("nix", args, { timeout: lookUpTimeout });
  if (end.kind !== "exited" || end.code !== 0) return undefined;
  try {
    return parsePathInfos(end.stdout).find(({ path }) => path === storePath);
  } catch {
    return undefined;
  }
}

/** Problems: `no-result`, `not-signed`, `no-nix`. */
export async function signPaths(
  { toolchain }: SessionContext,
  build: BuildSummary,
  { store, keyFile }: Params<"morph/signPaths">,
  signal: AbortSignal,
): Promise<Outcome<null>> {
  const storePath = resultOf(build);
  if (storePath === undefined) return noResult(build);
  return signClosure(toolchain.nix, { storePath, store, keyFile }, { signal });
}

/** Problems: `no-result`, `not-pushed`, `no-nix`. */
export async function pushPaths(
  { toolchain, notify }: SessionContext,
  build: BuildSummary,
  { id, store, keyFile }: Params<"morph/pushPaths">,
  signal: AbortSignal,
): Promise<Outcome<null>> {
  const storePath = resultOf(build);
  if (storePath === undefined) return noResult(build);
  let sent = Number.NEGATIVE_INFINITY;
  const didProgress = (done: number, expected: number) => {
    if (performance.now() - sent < progressPeriod && done < expected) return;
    sent = performance.now();
    notify("morph/copyDidProgress", { id, done, expected });
  };
  return copyClosure(toolchain.nix, { storePath, store, keyFile }, didProgress, { signal });
}

/** The result of a build, if it is in the store of this machine. */
function resultOf({ outPath, stored }: BuildSummary): string | undefined {
  return stored === undefined ? outPath : undefined;
}

function noResult({ machine }: BuildSummary): Outcome<null> {
  return { problem: errorProblem("no-result", l10n.t("The build of {0} has no result on this machine.", machine)) };
}
