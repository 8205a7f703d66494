import assert from "node:assert/strict";
import { test } from "node:test";
import { batchesOf } from "../../../client/src/builds/batches.ts";
import { BuildsModel } from "../../../client/src/builds/model.ts";
import type { AdvisedReport } from "../../../client/src/builds/signatures/advised.ts";
import { signaturePage } from "../../../client/src/signatures/signaturePage.ts";
import type { RowContext } from "../../../client/src/views/builds/row/row.ts";
import { buildRow } from "../../../client/src/views/builds/rows/build.ts";
import { type BuildsRow, kindOf } from "../../../client/src/views/builds/rows/kinds.ts";
import { groupKind, groupRows } from "../../../client/src/views/machines/rows/group.ts";
import { hydraProblemRows, hydraRows } from "../../../client/src/views/machines/rows/hydra.ts";
import { kindOf as kindOfMachines } from "../../../client/src/views/machines/rows/kinds.ts";
import { machineKind, machineRows } from "../../../client/src/views/machines/rows/machine.ts";
import { networkKind, networkRow } from "../../../client/src/views/machines/rows/network.ts";
import type { RowItem } from "../../../client/src/views/rowItem.ts";
import { statusHover } from "../../../client/src/views/status/statusHover.ts";
import { statusMenu } from "../../../client/src/views/status/statusMenu.ts";
import { statusText } from "../../../client/src/views/status/statusText.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuildSummary, DerivationState, Problem } from "../../../server/src/protocol.ts";
import { pseudoLocaliser, untranslated } from "../../support/pseudo.ts";
import {
  aBuild,
  aContext,
  aDerivation,
  after,
  aHydraMachine,
  aMachine,
  aNetwork,
  aStatus,
  english,
  noon,
  someSignatures,
} from "./samples.ts";

// The views in a language of our own: all words are translated, and nothing but words is.

const problem: Problem = { code: "no-nix", severity: "error", message: "Foreign." };
const transfer = {
  path: `/nix/store/${"0".repeat(32)}-hello`,
  done: 1024,
  state: "failed",
  from: "https://c",
} as const;
const states: readonly DerivationState["state"][] = [
  ...(["planned", "waiting", "building", "built", "built-by-another", "fetched"] as const),
  ...(["not-needed", "failed", "dependency-failed", "cancelled"] as const),
];
const derivations = [
  ...states.map(state => aDerivation(state, { state, startedAt: after(0), attempt: 2, emulated: true, lastLine: "x" })),
  ...Array.from({ length: 250 }, (_, index) => aDerivation(`p${index}`)),
];
const statuses = ["trusted", "untrusted", "invalid", "unsigned", "contentAddressed", "missing", "unreachable"] as const;
const one = { trusted: 1, untrusted: 1, invalid: 1, unsigned: 1, contentAddressed: 1, missing: 1, unreachable: 1 };
const report: AdvisedReport = {
  advice: [{ status: "builtHere", count: 1, problem }],
  routes: [{ route: "push", used: true, verdict: "refused", accepted: 1, refused: 1, unknown: 0, why: "Foreign." }],
  ...someSignatures({ trusted: 13, unsigned: 1 }),
  paths: [
    ...(["trusted", "untrusted", "invalid", "differs", "unsigned", "missing", "builtHere", "unreachable"] as const).map(
      status => ({ path: transfer.path, status, offers: statuses.map(each => ({ cache: "https://c", status: each })) }),
    ),
    { path: transfer.path, status: "trusted", narMissing: true },
    ...Array.from({ length: 201 }, () => ({ path: transfer.path, status: "contentAddressed" as const })),
  ],
  caches: [
    { url: "https://c", reachable: false, problem },
    { url: "https://d", reachable: true, problem, counts: { ...one, trusted: 2 } },
    { url: "https://e", reachable: true, counts: one, keys: ["e-1"], priority: 1, wantMassQuery: true, storeDir: "/s" },
  ],
};

const builds = (
  ["evaluating", "queued", "building", "checking", "succeeded", "failed", "cancelled", "lost"] as const
).map(state =>
  aBuild({
    id: state,
    state,
    attribute: "config.system.build.vm",
    place: { kind: "only", builder: "ssh-ng://root@pi" },
    stoppedAt: after(90),
    estimate: { remaining: 60_000, basis: 1 },
    failure: problem,
    warnings: [{ ...problem, severity: "warning" }],
    transfers: { running: 1, done: 1, bytesDone: 1024, bytesExpected: 4096, rate: 10 },
    kept: { bytes: 1024, pinned: true },
    signatures: someSignatures({ trusted: 13, unsigned: 1 }),
  }),
);

function contextOf(build: BuildSummary, l10n: Localiser): RowContext {
  const model = new BuildsModel();
  model.replaceAll([build]);
  model.setDetails({ ...build, derivations, transferStates: [transfer] });
  const store: RowContext["store"] = {
    summary: id => model.summary(id),
    batch: id => model.batches.get(id),
    derivations: id => model.derivations(id),
    derivation: (id, drvPath) => model.derivation(id, drvPath),
    transfers: id => model.transfers(id),
    transfer: (id, key) => model.transfer(id, key),
    signatures: () => Promise.resolve(report),
  };
  return aContext({ store, l10n });
}

async function everyRow(row: BuildsRow, context: RowContext): Promise<BuildsRow[]> {
  const { ask, children } = kindOf(row);
  const below = (await ask?.(row, context)) ?? children?.(row, context) ?? [];
  return [row, ...(await Promise.all(below.map(each => everyRow(each, context)))).flat()];
}

interface Shown {
  readonly item: RowItem | undefined;
  readonly tooltip: string | undefined;
}

async function shownOf(build: BuildSummary, l10n: Localiser): Promise<Shown[]> {
  const context = contextOf(build, l10n);
  const rows = await everyRow(buildRow(build), context);
  return rows.map(row => {
    const item = kindOf(row).item(row, context);
    const early = typeof item?.tooltip === "object" ? item.tooltip.markdown : item?.tooltip;
    return { item, tooltip: kindOf(row).tooltip?.(row, context) ?? early };
  });
}

/** An English word: neither a path nor a name with a digit, a dot or a dash. */
const words = /(?<![\w.\-/:@`*])[A-Za-z]{3,}(?![\w.\-/:@`*])/g;

/** Names of the samples. */
const names = new Set([
  "eiffel",
  "Foreign",
  "hello",
  "failed",
  "planned",
  "waiting",
  "building",
  "built",
  "fetched",
  "cancelled",
]);

const wordsIn = (text: string) =>
  [...untranslated(text).matchAll(words)].map(([word]) => word).filter(word => !names.has(word));

test("a word that is not translated is found", () => {
  assert.deepEqual(wordsIn(english.t("Kept on {0}", "disk")), ["Kept", "disk"]);
  assert.deepEqual(wordsIn(pseudoLocaliser.t("Kept on {0}", "disk")), []);
});

test("all texts of the rows of builds are translated", async () => {
  for (const build of builds)
    for (const { item, tooltip = "" } of await shownOf(build, pseudoLocaliser)) {
      const { label = "", description = "", spoken = "" } = item ?? {};
      assert.deepEqual(wordsIn([label, description, spoken, tooltip].join("\n")), [], label);
    }
});

test("all texts of the page with the signatures are translated", () => {
  const page = { l10n: pseudoLocaliser, pathOf: (uri: string) => uri, timeOf: () => "1" };
  const dated = { ...report, at: after(0), bytes: 2048, trustedKeys: ["e-1"] };
  const { lines } = signaturePage(aBuild({ state: "succeeded", outPath: transfer.path }), dated, page);
  assert.deepEqual(wordsIn(lines.map(({ text }) => text).join("\n")), []);
});

test("rows have the same keys, menus, icons and clicks in every language", async () => {
  for (const build of builds) {
    const [ours, theirs] = await Promise.all([english, pseudoLocaliser].map(l10n => shownOf(build, l10n)));
    const fixed = (shown: readonly Shown[] = []) =>
      shown.map(({ item }) => [item?.id, item?.words, item?.icon, item?.below, item?.click]);
    assert.deepEqual(fixed(theirs), fixed(ours));
  }
});

test("all texts of the rows of machines and of the status bar are translated", () => {
  const machine = aMachine("eiffel", {
    tags: ["x1"],
    targetHost: "h1",
    buildOnly: true,
    system: { origin: "unstated" },
  });
  const network = aNetwork({ machines: [machine], complete: false, description: "d1" });
  const store = { networks: [network], machine: () => machine };
  const row = networkRow(network.uri);
  const problem = { code: "hydra-unreachable", severity: "error", message: "1" } as const;
  const onHydra = aHydraMachine({ machine: "1", jobset: "2", job: "3", project: "4", url: "5", problem });
  const hydra = { status: { machines: {}, problem }, machine: () => onHydra };
  const texts = [undefined, ...builds].flatMap(build =>
    (["network", "tag", "system"] as const).flatMap(grouping => {
      const facts = { store, hydra, builds: { newest: () => build }, grouping, now: () => noon };
      const context = { ...facts, l10n: pseudoLocaliser, pathOf: () => "network.nix" };
      const groups = groupRows(row, [{ name: "", machines: [machine] }]);
      const machines = machineRows(row, [machine]);
      const onHydra = [...hydraRows(row, "eiffel", context), ...hydraProblemRows(context)];
      const items = [
        ...onHydra.map(each => kindOfMachines(each).item(each, context)),
        networkKind.item(row, context),
        ...groups.map(each => groupKind.item(each, context)),
        ...machines.map(each => machineKind.item(each, context)),
      ];
      const tooltips = [
        ...onHydra.map(each => kindOfMachines(each).tooltip?.(each, context)),
        networkKind.tooltip?.(row, context),
        ...machines.map(each => machineKind.tooltip?.(each, context)),
      ];
      const shown = items.flatMap(item => [item?.label ?? "", item?.description ?? "", item?.spoken ?? ""]);
      return [...shown, ...tooltips.map(text => text ?? "")];
    }),
  );
  const health = { state: "error", message: "Foreign.", code: "no-nix" } as const;
  const batches = [
    ...batchesOf(builds.map(build => ({ ...build, batch: { id: "b", kind: "all", size: 9, position: 1 } }))).values(),
  ];
  const stati = [
    aStatus({ session: "stopped", health: undefined }),
    aStatus({ session: "starting", health: undefined, toolchain: undefined }),
    aStatus({ health, toolchain: { builders: [] } }),
    aStatus({ health: undefined, builds }),
    aStatus({ builds, batches, isTrusted: false }),
  ];
  const status = stati.flatMap(each => [
    statusText(each, pseudoLocaliser).label.replaceAll("Morph", ""),
    statusHover(each, pseudoLocaliser)
      .replaceAll(/\]\([^)]*\)|\$\([^)]*\)|&nbsp;/g, "")
      .replaceAll(/Morph Networks|Nix|Morph/g, ""),
    ...statusMenu(each, pseudoLocaliser).flatMap(group => group.map(({ label }) => label)),
  ]);
  for (const text of [...texts, ...status]) assert.deepEqual(wordsIn(text), [], text);
});
