import * as l10n from "@vscode/l10n";
import type { Command, Range } from "vscode-languageserver-types";
import { clientCommands, lensCommands } from "../common/clientCommands.ts";
import { lastResultText } from "../common/lastResult.ts";
import type { BuildSummary, Machine, Network } from "../protocol.ts";
import type { FeatureContext } from "./names/context.ts";
import { placeLabel, systemLabel } from "./systemText.ts";

/** If one text names more machines than this, their lenses would make an unreadable line. */
const maxMachinesOfOnePlace = 3;

/** The lenses of each machine: Evaluate and Build, or a running build and Cancel; of a network: Build all and Evaluate all. */
const bothLenses = [0, 1] as const;

/** The third lens of a machine that no builder can build: Add Builder. */
const builderLens = 2 as const;

/** The lens of a machine that a cache has: Fetch from Cache. */
const cacheLens = 3 as const;

/** Identifies a lens until it is resolved. */
export interface LensTarget {
  /** Absent: the whole network. */
  readonly machine?: string | undefined;
  readonly lens: (typeof bothLenses)[number] | typeof builderLens | typeof cacheLens;
}

/** An unresolved lens: of thousands of lenses only the visible ones are resolved. */
export interface UnresolvedLens extends LensTarget {
  readonly range: Range;
}

const start: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/**
 * Two lenses per machine, one more without a builder, one more if it can be fetched, and two for the network at its start. None for
 * many machines that one text names, such as those of a `genList`, and none if only names are read: these are evaluated and built from
 * a list, such as the Machines view.
 *
 * @param commands the client's commands: the network has lenses if theirs are among them, and so does a missing builder.
 * @param choice the builders that can build a machine, as far as is known.
 * @param cached the cache that has a machine, as far as is known.
 */
export function codeLenses(
  network: Network,
  commands: ReadonlySet<string> = new Set(),
  choice: FeatureContext["choice"] = () => undefined,
  cached: FeatureContext["cached"] = () => undefined,
): UnresolvedLens[] {
  const { machines, problems } = network;
  if (problems.some(({ code }) => code === "too-many-machines")) return [];
  const counts = new Map<number, number>();
  for (const machine of machines) {
    const place = placeOf(machine);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const ofMachines = machines.flatMap(machine => {
    if (machine.computed === true || (counts.get(placeOf(machine)) ?? 0) > maxMachinesOfOnePlace) return [];
    const lacksBuilder = commands.has(clientCommands.addBuilder) && choice(machine)?.isComplete === false;
    const isCached = commands.has(clientCommands.fetchFromCache) && cached(machine.name) !== undefined;
    const lenses: readonly LensTarget["lens"][] = [
      ...bothLenses,
      ...(isCached ? [cacheLens] : []),
      ...(lacksBuilder ? [builderLens] : []),
    ];
    return lenses.map(lens => ({ range: machine.selectionRange, machine: machine.name, lens }));
  });
  return hasLenses(network, commands)
    ? [...bothLenses.map(lens => ({ range: start, lens })), ...ofMachines]
    : ofMachines;
}

/** The title and command of a lens; undefined if its machine no longer exists. */
export function lensCommand(context: FeatureContext, { machine: name, lens }: LensTarget): Command | undefined {
  if (name === undefined) return networkCommands(context.network)[lens];
  const machine = context.network.machines.find(each => each.name === name);
  if (machine === undefined) return undefined;
  const running = context.running(name);
  return (running === undefined ? idleCommands(machine, context) : runningCommands(running, context))[lens];
}

/** Line and character as one number, which is found sooner than a text. */
function placeOf({ selectionRange: { start: at } }: Machine): number {
  return at.line * 2 ** 32 + at.character;
}

/** A network of a single machine needs no lenses of its own. */
function hasLenses({ machines, complete }: Network, commands: ReadonlySet<string>): boolean {
  if (!Object.values(lensCommands).every(command => commands.has(command))) return false;
  return machines.length > 1 || (machines.length > 0 && !complete);
}

function networkCommands({ uri, machines: { length }, complete }: Network): Command[] {
  const count = complete ? l10n.t("{0} machines", length) : l10n.t("{0}+ machines", length);
  return [
    { title: `${l10n.t("Build all")} · ${count}`, command: lensCommands.buildAllMachines, arguments: [{ uri }] },
    { title: l10n.t("Evaluate all"), command: lensCommands.evaluateAllMachines, arguments: [{ uri }] },
  ];
}

function idleCommands(machine: Machine, context: FeatureContext): Command[] {
  const argument = { uri: context.network.uri, machine: machine.name };
  return [
    { title: l10n.t("Evaluate"), command: "morph.evaluate", arguments: [argument] },
    {
      title: buildTitle(machine, context),
      ...caveatTooltip(machine, context),
      command: "morph.build",
      arguments: [argument],
    },
    { title: l10n.t("Add Builder..."), command: clientCommands.addBuilder, arguments: [argument] },
    {
      title: l10n.t("Fetch from Cache"),
      ...cacheTooltip(machine, context),
      command: clientCommands.fetchFromCache,
      arguments: [argument],
    },
  ];
}

/** Where it is, and who signed it. */
function cacheTooltip({ name }: Machine, { cached }: FeatureContext): Pick<Command, "tooltip"> {
  const found = cached(name);
  if (found === undefined) return {};
  const { cache, key } = found;
  return { tooltip: key === undefined ? cache : l10n.t("{0}, signed by {1}", cache, key) };
}

/** `Build eiffel · aarch64-linux · emulated here · ✓ 2 min ago · signed 9/9` */
function buildTitle(machine: Machine, context: FeatureContext): string {
  const [place, last] = [placeLabel(context.choice(machine)), context.newest(machine.name)];
  return [
    l10n.t("Build {0}", machine.name),
    systemLabel(machine.system),
    ...(place === undefined ? [] : [place]),
    ...(last === undefined ? [] : [lastResultText(last, context.now, l10n)]),
  ].join(" · ");
}

/** What the title has no room for: that emulation is slow, and which builder Nix prefers to a better one. */
function caveatTooltip(machine: Machine, context: FeatureContext): Pick<Command, "tooltip"> {
  const caveats = context.choice(machine)?.caveats ?? [];
  return caveats.length === 0 ? {} : { tooltip: caveats.map(({ message }) => message).join(" ") };
}

function runningCommands(build: BuildSummary, { now }: FeatureContext): Command[] {
  const { id, uri, machine, place } = build;
  return [
    // For a machine that is already being built, the command shows the running build.
    {
      title: `${machine} · ${lastResultText(build, now, l10n)}`,
      command: "morph.build",
      arguments: [{ uri, machine, place }],
    },
    { title: l10n.t("Cancel"), command: "morph.cancel", arguments: [{ id }] },
  ];
}
