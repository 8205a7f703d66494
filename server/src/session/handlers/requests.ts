import path from "node:path";
import * as l10n from "@vscode/l10n";
import type * as v from "valibot";
import {
  type CancellationToken,
  ErrorCodes,
  MessageType,
  ResponseError,
  ShowMessageNotification,
} from "vscode-languageserver";
import { declaredBuilders } from "../../builders/declared.ts";
import { needsTrust, untrustedUser } from "../../builds/start/realisation.ts";
import { compareBuild } from "../../evaluation/hydra/compareBuild.ts";
import { evaluateAsHydra } from "../../evaluation/hydra/dryEvaluation.ts";
import { evaluate, rememberNeeds } from "../../evaluation/machine.ts";
import { evaluateNetwork } from "../../evaluation/network.ts";
import { inMorphsOrder } from "../../network/order.ts";
import { readGraph } from "../../nix/derivations/graph.ts";
import { storeDir } from "../../nix/storeDir.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import type {
  Builder,
  BuildParams,
  BuildSummary,
  Evaluation,
  EvaluationProgress,
  MachineEvaluation,
  Network,
  Place,
  Requests,
} from "../../protocol.ts";
import { lspRequestSchemas } from "../../schemas/lsp.ts";
import { commandSchemas, type RequestParams, requestSchemas } from "../../schemas/requests.ts";
import { signatureAdvice } from "../../signing/advice/advice.ts";
import { ignoresChoice } from "../../toolchain/ignored.ts";
import { unsavedProblem } from "../../workspace/unsaved.ts";
import { onRequest, parseOrThrow, requestError } from "../client/incoming.ts";
import { checkBuilders } from "./builderCheck.ts";
import { defaultPlaceIn } from "./builderChoice.ts";
import { buildMachineDefaults, createKeys, fixesFor, modulesFor } from "./buildMachine.ts";
import { checkClosureNow } from "./closureCheck.ts";
import type { SessionContext } from "./context.ts";
import { buildAt, hydraBuildAt, restartedAt } from "./hydraBuilds.ts";
import { registerHydra, requireHydra } from "./hydraConnection.ts";
import { createJobset, planOf } from "./hydraJobset.ts";
import { leftoversOf } from "./leftovers.ts";
import { placeChoices } from "./placeChoices.ts";
import { pushPaths, signPaths, trustKeyFixes } from "./signatureFixes.ts";

type Handlers = {
  readonly [Method in keyof Requests]: (
    params: RequestParams<Method>,
    token: CancellationToken,
  ) => Requests[Method]["result"] | Promise<Requests[Method]["result"]>;
};

/** A handler of any method: the types of each method are checked where the handlers are defined. */
type Handler = (params: never, token: CancellationToken) => unknown;

/** Answers every request of the protocol beyond standard LSP, and the commands of lenses. */
export function registerRequests(session: SessionContext): void {
  const handlers = handlersOf(session);
  for (const [method, handler] of Object.entries<Handler>(handlers)) {
    const schema: v.GenericSchema = requestSchemas[method as keyof Requests];
    onRequest(session, method, schema, (params, token) => handler(params as never, token));
  }
  registerCommands(session, handlers);
  registerHydra(session);
}

function handlersOf(session: SessionContext): Handlers {
  const { builds } = session;
  return {
    "morph/network": ({ textDocument: { uri } }) => networkOf(session, uri),
    "morph/networks": () => session.findNetworks(),
    "morph/evaluate": async (params, token) => {
      await mayEvaluate(session, params);
      const outcome = await evaluate(session.evaluation, params, signalOf(token));
      session.failures.evaluated(params, "problem" in outcome ? outcome.problem : undefined);
      const evaluated = orThrow(outcome);
      const { nixConfig: _, revision, ...evaluation } = evaluated;
      rememberNeeds(session.evaluation, params, evaluated, await readGraph(evaluation.plan.build));
      void session.deployments.check(params.uri, { evaluation, attribute: params.attribute, revision });
      return evaluation;
    },
    "morph/evaluateAll": async ({ uri }, token) => {
      await mayEvaluateNetwork(session, uri);
      return orThrow(await evaluateAllMachines(session, uri, signalOf(token)));
    },
    "morph/build": async params => {
      const network = await mayEvaluate(session, params);
      const place =
        params.fromCache === true
          ? { kind: "schedule" as const }
          : (params.place ?? defaultPlaceIn(session, network, params.machine));
      requireAllowed(session, place);
      const { id } = orThrow(await builds.start({ ...params, ...buildAt(session, place, params.uri, params.machine) }));
      return { id };
    },
    "morph/followHydraBuild": async ({ build, ...params }, token) => {
      await mayEvaluate(session, params);
      const at = await hydraBuildAt(session, build, signalOf(token));
      const { id } = orThrow(await builds.start({ ...params, ...at }));
      return { id };
    },
    "morph/restartHydraBuild": async ({ id }) => {
      requireTrust(session);
      const { uri, machine, ...build } = await buildOf(session, id);
      const at = restartedAt(session, { uri, machine, ...build });
      const started = orThrow(await builds.start({ uri, machine, ...at }));
      return { id: started.id };
    },
    "morph/buildMany": async ({ uri, machines, place, ...params }) => {
      for (const machine of machines) await mayEvaluate(session, { uri, machine });
      const network = await networkOf(session, uri);
      const placeOf = (machine: string) =>
        buildAt(session, place ?? defaultPlaceIn(session, network, machine), uri, machine);
      for (const machine of machines) requireAllowed(session, placeOf(machine).place);
      return orThrow(await builds.startTogether(uri, inMorphsOrder(network, machines), { ...params, placeOf }));
    },
    "morph/cancel": async ({ id }) => orThrow(await builds.cancel(id)),
    "morph/keep": async ({ id, on }) => orThrow(await builds.keep(id, on)),
    "morph/remove": async ({ id }) => orThrow(await builds.remove(id)),
    "morph/leftovers": async ({ id }) => {
      requireTrust(session);
      return leftoversOf(session, orThrow(await builds.details(id)));
    },
    "morph/rebuildReasons": async ({ id }) => orThrow(await builds.rebuildReasons(id)),
    "morph/builds": () => session.visibleBuilds(),
    "morph/buildDetails": async ({ id }) => orThrow(await builds.details(id)),
    "morph/watchBuild": ({ id, on }) => {
      builds.watch(id, on);
      return null;
    },
    "morph/buildLog": async ({ id, derivation, offset, colours }) => {
      const nix = session.isTrusted ? session.toolchain.nix : undefined;
      return orThrow(await builds.log(id, { derivation, offset: offset ?? 0, colours, nix }));
    },
    "morph/builders": async ({ check }) => {
      const builders = await buildersOf(session);
      if (check === undefined) return builders;
      await checkBuilders(session, check);
      return session.toolchain.builders?.list ?? builders;
    },
    "morph/declaredBuilders": async () => {
      const { found, partial } = await session.declared.search();
      return { builders: await declaredBuilders(found), partial };
    },
    "morph/buildersFor": async ({ uri, machine }) => {
      const builders = await buildersOf(session);
      return placeChoices(session, await networkOf(session, uri), machine, builders);
    },
    "morph/builderFixes": async params => fixesFor(session, await networkOf(session, params.uri), params),
    "morph/buildMachineDefaults": () => buildMachineDefaults(session),
    "morph/buildMachineModules": params => modulesFor(params),
    "morph/createCacheKeys": async params => {
      requireTrust(session);
      return orThrow(await createKeys(session, params));
    },
    "morph/checkSignatures": async ({ id }, token) => {
      requireTrust(session);
      return orThrow(await builds.checkSignatures(id, signalOf(token)));
    },
    "morph/signatureAdvice": async ({ id }) => {
      requireTrust(session);
      return signatureAdvice(id, orThrow(await builds.signatures(id)));
    },
    "morph/trustKeyFixes": async params => {
      requireTrust(session);
      const build = await buildOf(session, params.id);
      const network = await networkOf(session, build.uri);
      const report = orThrow(await builds.signatures(params.id));
      return orThrow(await trustKeyFixes(session, network, build, report, params));
    },
    "morph/signPaths": async (params, token) => {
      requireTrust(session);
      return orThrow(await signPaths(session, await buildOf(session, params.id), params, signalOf(token)));
    },
    "morph/pushPaths": async (params, token) => {
      requireTrust(session);
      return orThrow(await pushPaths(session, await buildOf(session, params.id), params, signalOf(token)));
    },
    "morph/hydraConnect": async (params, token) => {
      requireTrust(session);
      const connection = orThrow(await session.hydra.connect(params, signalOf(token)));
      session.hydraMachines.didConfigure();
      return connection;
    },
    "morph/compareHydraBuild": async (params, token) => {
      await mayEvaluate(session, params);
      return orThrow(await compareBuild(session.evaluation, requireHydra(session), params, signalOf(token)));
    },
    "morph/hydraStatus": ({ refresh }) =>
      refresh === true ? session.hydraMachines.refresh() : session.hydraMachines.status,
    "morph/watchHydra": ({ on }) => {
      session.hydraMachines.watch(on);
      return null;
    },
    "morph/hydraEvaluate": async (params, token) => {
      for (const machine of params.machines) await mayEvaluate(session, { uri: params.uri, machine });
      return orThrow(await evaluateAsHydra(session.evaluation, params, signalOf(token)));
    },
    "morph/hydraJobset": async (params, token) => {
      for (const machine of params.machines) await mayEvaluate(session, { uri: params.uri, machine });
      return orThrow(await planOf(session, params, signalOf(token)));
    },
    "morph/createHydraJobset": async (params, token) => {
      requireTrust(session);
      return orThrow(await createJobset(session, params, signalOf(token)));
    },
    "morph/signatures": async (params, token) => {
      requireTrust(session);
      if ("id" in params) return orThrow(await builds.signatures(params.id));
      requireInStore(session, params.storePath);
      const options = { signal: signalOf(token), storageDir: session.traits.storageDir, isFresh: true };
      return orThrow(await checkClosureNow(session.evaluation, params.storePath, undefined, options));
    },
  };
}

/** The commands of lenses. Clients without views get the result as a message. */
function registerCommands(session: SessionContext, handlers: Handlers): void {
  const { connection, traits } = session;
  const method = "workspace/executeCommand";
  onRequest(session, method, lspRequestSchemas[method], async ({ command, arguments: given }, token) => {
    const argument = given?.[0];
    switch (command) {
      case "morph.evaluate": {
        const evaluation = await handlers["morph/evaluate"](argumentOf(command, argument), token);
        if (!traits.views) {
          const message = evaluationText(evaluation);
          await connection.sendNotification(ShowMessageNotification.type, { type: MessageType.Info, message });
        }
        return evaluation;
      }
      case "morph.build": {
        const { id } = await handlers["morph/build"](argumentOf(command, argument), token);
        const summary = session.builds.list().find(build => build.id === id);
        if (!traits.views && traits.showsProgress && summary !== undefined) session.progress.begin(summary);
        return { id };
      }
      case "morph.cancel":
        return handlers["morph/cancel"](argumentOf(command, argument), token);
      default:
        throw new ResponseError(ErrorCodes.InvalidParams, `command: there is no ${JSON.stringify(command)}`);
    }
  });
}

function argumentOf<Command extends keyof typeof commandSchemas>(
  command: Command,
  argument: unknown,
): v.InferOutput<(typeof commandSchemas)[Command]> {
  return parseOrThrow(commandSchemas[command], argument, command);
}

/** Evaluates all machines of a network and reports the progress to the client. */
export async function evaluateAllMachines(
  { evaluation, deployments, notify, failures }: SessionContext,
  uri: string,
  signal: AbortSignal,
): Promise<Outcome<readonly MachineEvaluation[]>> {
  const didProgress = (progress: EvaluationProgress) => notify("morph/evaluationDidProgress", progress);
  const outcome = await evaluateNetwork(evaluation, uri, signal, didProgress, deployments);
  failures.allEvaluated(uri, outcome);
  return outcome;
}

function evaluationText({ machine, system, plan }: Evaluation): string {
  return l10n.t("{0}: {1}, {2} to build, {3} to fetch.", machine, system, plan.build.length, plan.fetch.length);
}

/** Problems: `untrusted`, `unknown-network`, `unknown-machine`, `unsaved`. */
async function mayEvaluate(session: SessionContext, { uri, machine }: BuildParams): Promise<Network> {
  const network = await mayEvaluateNetwork(session, uri);
  // If not all names are known from the text, only Nix knows them, and those from an earlier evaluation may be outdated.
  const isComplete = session.networks.get(uri)?.complete === true;
  if (isComplete && !network.machines.some(({ name }) => name === machine))
    throw requestError(errorProblem("unknown-machine", l10n.t("The network has no machine '{0}'.", machine)));
  return network;
}

/** Problems: `untrusted`, `unknown-network`, `unsaved`. */
async function mayEvaluateNetwork(session: SessionContext, uri: string): Promise<Network> {
  requireTrust(session);
  const network = await networkOf(session, uri);
  const unsaved = await unsavedProblem(uri, candidate => session.networks.openDocument(candidate));
  if (unsaved !== undefined) throw requestError(unsaved);
  return network;
}

function requireTrust(session: SessionContext): void {
  if (!session.isTrusted)
    throw requestError(
      errorProblem(
        "untrusted",
        l10n.t("This workspace is not trusted. Evaluating Nix runs code from this workspace. Trust it first."),
      ),
    );
}

/** Refuses a place that Nix's daemon would ignore, before anything is evaluated. Problem: `untrusted-user`. */
function requireAllowed({ toolchain }: SessionContext, place: Place): void {
  if (ignoresChoice(toolchain.access) && needsTrust(place)) throw requestError(untrustedUser());
}

/** Refuses other paths, which Nix could evaluate as expressions. Problem: `not-in-store`. */
function requireInStore({ builds, toolchain }: SessionContext, storePath: string): void {
  const known = builds.list().flatMap(({ drvPath }) => drvPath ?? []);
  const stores = new Set([storeDir(toolchain.nix.env), ...known.map(drvPath => path.dirname(drvPath))]);
  if (!stores.has(path.dirname(storePath)))
    throw requestError(
      errorProblem("not-in-store", l10n.t("{0} is not a path in the Nix store of this machine.", storePath)),
    );
}

async function networkOf(session: SessionContext, uri: string): Promise<Network> {
  const network = await session.findNetwork(uri);
  if (network === undefined)
    throw requestError(errorProblem("unknown-network", l10n.t("{0} is not a network file.", uri)));
  return network;
}

/** Problem: that of a build that does not exist. */
async function buildOf({ builds }: SessionContext, id: string): Promise<BuildSummary> {
  return orThrow(await builds.details(id));
}

/** All builders in Nix's current settings. Problem: `no-nix`. */
async function buildersOf(session: SessionContext): Promise<readonly Builder[]> {
  requireTrust(session);
  const state = await session.toolchain.refresh();
  if (state.kind === "missing") throw requestError(state.problem);
  return session.toolchain.builders?.list ?? [];
}

function orThrow<T>(outcome: Outcome<T>): T {
  if ("problem" in outcome) throw requestError(outcome.problem);
  return outcome.value;
}

function signalOf(token: CancellationToken): AbortSignal {
  const abort = new AbortController();
  token.onCancellationRequested(() => abort.abort());
  return abort.signal;
}
