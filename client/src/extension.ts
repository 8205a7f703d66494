import * as vscode from "vscode";
import type { InternalApi } from "./api.ts";
import { BuildersStore } from "./builders/store.ts";
import { NextSteps } from "./buildMachine/nextSteps.ts";
import { StartedBuilds } from "./builds/started.ts";
import { BuildsStore } from "./builds/store.ts";
import { registerCommands } from "./commands/register.ts";
import { createFailureDocuments } from "./failures/failureDocuments.ts";
import { Comparisons } from "./hydra/comparisons.ts";
import { HydraLogins } from "./hydra/logins.ts";
import { HydraStore } from "./hydra/store.ts";
import { Jobsets } from "./jobsets/jobsets.ts";
import { LogDocuments } from "./logs/logDocuments.ts";
import { RunningEvaluations } from "./machines/runningEvaluations.ts";
import { MachinesStore } from "./machines/store.ts";
import { EndedBuilds } from "./notices/endedBuilds.ts";
import { showHydraFailures } from "./notices/hydraFailures.ts";
import { showSessionFailures } from "./notices/sessionFailures.ts";
import { cancelOnExit } from "./operations/cancelOnExit.ts";
import { Session } from "./session/session.ts";
import { createSignatureDocuments } from "./signatures/signatureDocuments.ts";
import { TimelinePanels } from "./timeline/panels.ts";
import { BuildersView } from "./views/builders/buildersView.ts";
import { BuildsView } from "./views/builds/buildsView.ts";
import { MachinesView } from "./views/machines/machinesView.ts";
import { StatusItem } from "./views/status/statusItem.ts";

let close: () => Promise<void> = () => Promise.resolve();

/** Composes the extension. Does not wait for the language server: its data is shown when it arrives. */
export function activate(context: vscode.ExtensionContext): InternalApi {
  const session = new Session(context);
  const hydraLogins = new HydraLogins(context.secrets);
  session.answers.give("morph/hydraLogin", async ({ url }) => (await hydraLogins.get(url)) ?? null);
  const machines = new MachinesStore(session);
  const builds = new BuildsStore(session);
  const builders = new BuildersStore(session);
  const hydra = new HydraStore(session);
  const comparisons = new Comparisons();
  const machinesView = new MachinesView(machines, builds, hydra, context.workspaceState, session.output);
  const buildsView = new BuildsView(builds, session, context.workspaceState);
  const buildersView = new BuildersView(builders, builds, session.output);
  const logs = new LogDocuments(session, builds);
  const failures = createFailureDocuments(builds);
  const signatures = createSignatureDocuments(builds);
  const timelines = new TimelinePanels(session, builds, builders, {
    extensionPath: context.extensionPath,
    output: session.output,
  });
  const nextSteps = new NextSteps();
  const jobsets = new Jobsets();
  const evaluations = new RunningEvaluations();
  const status = new StatusItem(session, machines, evaluations, builds);
  const started = new StartedBuilds(context.workspaceState);
  const ended = new EndedBuilds(builds, buildsView, started, session.output);
  const commands = registerCommands({
    session,
    server: session,
    machines,
    evaluations,
    nextSteps,
    builds,
    builders,
    hydra,
    comparisons,
    logs,
    hydraLogins,
    timelines,
    jobsets,
    follow: ids => ended.follow(ids),
    reveal: id => buildsView.reveal(id),
    chosenRows: () => buildsView.chosenRows(),
    chosenBuilders: () => buildersView.chosenRows(),
    showMenu: () => status.showMenu(),
    show: id => buildsView.show(id),
    showBuilder: id => buildersView.show(id),
    setFilter: filter => buildsView.setFilter(filter),
    machinesGrouping: { get: () => machinesView.grouping, set: grouping => machinesView.group(grouping) },
  });
  context.subscriptions.push(
    ...commands,
    vscode.workspace.onDidGrantWorkspaceTrust(() => void session.notify("morph/didGrantTrust", {})),
    showSessionFailures(session),
    showHydraFailures(hydra, context.workspaceState),
    ...[
      ended,
      evaluations,
      nextSteps,
      jobsets,
      status,
      failures,
      signatures,
      timelines,
      logs,
      buildersView,
      buildsView,
      machinesView,
      comparisons,
      hydra,
      builders,
      builds,
      machines,
      session,
    ],
  );
  close = async () => {
    await cancelOnExit(session, builds, started);
    await session.stop();
  };
  void session.start();
  return {
    session,
    machines,
    machinesView,
    machinesTree: machinesView.tree,
    builds,
    buildsView,
    builders,
    buildersView,
    hydra,
    logs,
    status,
  };
}

/** Stops the language server. Builds continue, unless `morph.onExit` cancels those of this window. */
export function deactivate(): Promise<void> {
  return close();
}
