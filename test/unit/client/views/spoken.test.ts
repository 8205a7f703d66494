import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { describe, it, test } from "node:test";
import { BuildsModel } from "../../../../client/src/builds/model.ts";
import type { AdvisedReport } from "../../../../client/src/builds/signatures/advised.ts";
import type { RowContext } from "../../../../client/src/views/builds/row/row.ts";
import { batchRow } from "../../../../client/src/views/builds/rows/batch.ts";
import { buildRow } from "../../../../client/src/views/builds/rows/build.ts";
import { type BuildsRow, isBuildsRow, kindOf } from "../../../../client/src/views/builds/rows/kinds.ts";
import { groupKind, groupRows } from "../../../../client/src/views/machines/rows/group.ts";
import {
  hydraKind,
  hydraProblemKind,
  hydraProblemRows,
  hydraRows,
} from "../../../../client/src/views/machines/rows/hydra.ts";
import { machineKind, machineRows } from "../../../../client/src/views/machines/rows/machine.ts";
import { networkKind, networkRow } from "../../../../client/src/views/machines/rows/network.ts";
import type { RowItem } from "../../../../client/src/views/rowItem.ts";
import { longestSpoken, spokenName, spokenRow } from "../../../../client/src/views/spoken.ts";
import type {
  BuildSummary,
  DerivationState,
  Machine,
  Problem,
  SignatureStatus,
  TransferState,
} from "../../../../server/src/protocol.ts";
import { projectDir } from "../../../support/fixtures.ts";
import {
  aBatch,
  aBuild,
  aContext,
  aDerivation,
  after,
  aHydraMachine,
  aMachine,
  aNetwork,
  english,
  noon,
  someSignatures,
} from "../samples.ts";

// What a screen reader says of each row: its state first, then its name, and nothing that only a colour or a mark says.

const long = `web${"-very".repeat(38)}-long01`;
const words = "word ".repeat(60).trim();
const problem: Problem = { code: "x", severity: "error", message: `It broke: ${words}.`, detail: "why" };
const warning: Problem = { ...problem, code: "y", severity: "warning" };
const storePath = `/nix/store/${"0".repeat(32)}-${long}`;

/** State of a build -> how its row begins. */
const buildStates = {
  evaluating: "evaluating, ",
  queued: "queued, ",
  building: "building, ",
  reconnecting: "reconnecting, ",
  checking: "checking signatures, ",
  succeeded: "succeeded, ",
  failed: "failed, ",
  cancelled: "cancelled, ",
  lost: "interrupted, ",
} as const satisfies Record<BuildSummary["state"], string>;

/** State of a derivation -> how its row begins. */
const derivationStates = {
  planned: "not started, ",
  waiting: "waiting, ",
  building: "buildPhase, ",
  built: "built, ",
  "built-by-another": "built by another build, ",
  fetched: "fetched, ",
  "not-needed": "not needed, ",
  failed: "failed, ",
  "dependency-failed": "dependency failed, ",
  cancelled: "cancelled, ",
} as const satisfies Record<DerivationState["state"], string>;

const signatureStates = {
  trusted: "Signed by a trusted key, ",
  untrusted: "Signed by other keys only, ",
  invalid: "Invalid signature, ",
  unsigned: "Not signed, ",
  missing: "Not in any cache, ",
  differs: "Differs from what was signed, ",
  unreachable: "Not checked, ",
  builtHere: "Built here, ",
  contentAddressed: "Content-addressed, ",
} as const satisfies Record<SignatureStatus, string>;

const transferStates = {
  running: "running, ",
  failed: "failed, ",
  done: "done, ",
} as const satisfies Record<TransferState["state"], string>;

const keysOf = <K extends string>(states: Readonly<Record<K, string>>): K[] => Object.keys(states) as K[];

const derivations: readonly DerivationState[] = [
  ...keysOf(derivationStates).flatMap(state =>
    [`${state}`, `${long}-${state}`].map(name =>
      aDerivation(name, {
        state,
        name,
        attempt: 2,
        emulated: true,
        startedAt: after(0),
        builder: `ssh-ng://root@${long}`,
        ...((state === "building" || state === "failed") && { phase: "buildPhase" }),
      }),
    ),
  ),
  ...Array.from({ length: 250 }, (_, index) => aDerivation(`p${index}`)),
];

const transfers: readonly TransferState[] = keysOf(transferStates).flatMap(state => [
  { path: `${storePath}-${state}`, done: 1024, expected: 4096, state, from: `https://${long}.example.org` },
  { path: `/nix/store/${"1".repeat(32)}-${state}`, done: 1024, state, from: "https://c" },
]);

const noOffers = { trusted: 0, untrusted: 0, invalid: 0, unsigned: 0, contentAddressed: 0, missing: 0, unreachable: 0 };

const report: AdvisedReport = {
  advice: [{ status: "builtHere", count: 1, problem }],
  routes: [{ route: "push", used: true, verdict: "refused", accepted: 1, refused: 1, unknown: 0, why: words }],
  ...someSignatures({ total: 8, trusted: 1, invalid: 1 }),
  paths: [
    ...keysOf(signatureStates).map(status => ({
      path: `${storePath}-${status}`,
      status,
      key: `${long}-1`,
      why: words,
    })),
    ...Array.from({ length: 201 }, (_, index) => ({ path: `/nix/store/${index}-p`, status: "builtHere" as const })),
  ],
  caches: [
    { url: `https://${long}`, reachable: false, problem },
    { url: "https://c", reachable: true, counts: { ...noOffers, invalid: 1 } },
    { url: "https://d", reachable: true, counts: { ...noOffers, trusted: 1 } },
  ],
};

const builds: readonly BuildSummary[] = keysOf(buildStates).flatMap(state =>
  ["eiffel", long].map(machine =>
    aBuild({
      id: `${state} ${machine}`,
      machine,
      state,
      ...(!["evaluating", "queued", "building", "reconnecting", "checking"].includes(state) && {
        stoppedAt: after(90),
      }),
      attribute: "config.system.build.vm",
      place: { kind: "only", builder: `ssh-ng://root@${long}` },
      estimate: { remaining: 60_000, basis: 1 },
      failure: state === "building" ? warning : problem,
      ...(state === "building" && { silence: { builder: `ssh-ng://${long}`, since: after(0), reason: "waiting" } }),
      warnings: [warning],
      transfers: { running: 1, done: 1, bytesDone: 1024, bytesExpected: 4096, rate: 10 },
      kept: { bytes: 1024, pinned: true },
      signatures: someSignatures({ trusted: 13, unsigned: 1 }),
    }),
  ),
);

const batches = [
  aBatch("building", "failed", "queued", ...Array.from({ length: 6 }, () => "succeeded" as const)),
  aBatch("succeeded", "cancelled").map(each => ({
    ...each,
    ...(each.batch && { batch: { ...each.batch, kind: "tag" as const, tag: long } }),
  })),
];

function contextOf(build: BuildSummary, ...others: readonly BuildSummary[]): RowContext {
  const model = new BuildsModel();
  model.replaceAll([build, ...others]);
  model.setDetails({ ...build, derivations, transferStates: transfers });
  const store: RowContext["store"] = {
    summary: id => model.summary(id),
    batch: id => model.batches.get(id),
    derivations: id => model.derivations(id),
    derivation: (id, drvPath) => model.derivation(id, drvPath),
    transfers: id => model.transfers(id),
    transfer: (id, key) => model.transfer(id, key),
    signatures: () => Promise.resolve(report),
  };
  return aContext({ store, now: () => noon + 5000 });
}

interface Shown {
  readonly row: BuildsRow;
  readonly item: RowItem;
}

async function everyRow(row: BuildsRow, context: RowContext): Promise<Shown[]> {
  const item = kindOf(row).item(row, context);
  const { ask, children } = kindOf(row);
  const below = (await ask?.(row, context)) ?? children?.(row, context) ?? [];
  const rows = (await Promise.all(below.map(each => everyRow(each, context)))).flat();
  return item === undefined ? rows : [{ row, item }, ...rows];
}

async function everyRowOfBuilds(): Promise<Shown[]> {
  const rows = builds.map(build => everyRow(buildRow(build), contextOf(build)));
  return (
    await Promise.all([
      ...rows,
      ...batches.map(each => everyRow(batchRow("all"), contextOf(...(each as [BuildSummary, ...BuildSummary[]])))),
    ])
  ).flat();
}

const systems: readonly Machine["system"][] = [
  { value: "aarch64-linux", origin: "stated" },
  { value: "aarch64-linux", origin: "evaluated", stale: true },
  { origin: "unstated" },
  { origin: "defaults" },
  {
    value: "x86_64-linux",
    origin: "network.pkgs",
    overridden: {
      value: "aarch64-linux",
      by: "network.pkgs",
      location: { uri: "file:///n.nix", range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } } },
    },
  },
];

function rowsOfMachines(): RowItem[] {
  const machines = systems.flatMap((system, index) =>
    [`m${index}`, `${long}${index}`].map(name => aMachine(name, { system, buildOnly: true })),
  );
  const networks = [aNetwork({ machines, description: words }), aNetwork({ uri: `file:///${long}`, complete: false })];
  const store = {
    networks,
    machine: (_: string, name: string) => machines.find(machine => machine.name === name),
  };
  const row = networkRow("file:///home/network.nix");
  const problem = { code: "hydra-unreachable", severity: "error", message: words } as const;
  const onHydra = aHydraMachine({ jobset: long });
  const hydra = { status: { machines: {}, problem }, machine: () => onHydra };
  return [undefined, ...builds].flatMap(build =>
    (["network", "tag", "system"] as const).flatMap(grouping => {
      const facts = { store, hydra, builds: { newest: () => build }, grouping, now: () => noon };
      const context = { ...facts, l10n: english, pathOf: (uri: string) => uri };
      const groups = groupRows(row, [
        { name: "", machines },
        { name: long, machines },
      ]);
      return [
        ...networks.map(({ uri }) => networkKind.item(networkRow(uri), context)),
        ...groups.map(group => groupKind.item(group, context)),
        ...machineRows(row, machines).map(machine => machineKind.item(machine, context)),
        ...hydraRows(row, long, context).map(each => hydraKind.item(each, context)),
        ...hydraProblemRows(context).map(each => hydraProblemKind.item(each, context)),
      ].flatMap(item => item ?? []);
    }),
  );
}

/** What a screen reader says of a row. */
const nameOf = ({ spoken, label }: RowItem) => spoken ?? label;

describe("the spoken name of a row", () => {
  it("is tested for every kind of row of builds", async () => {
    const folder = path.join(projectDir, "client/src/views/builds/rows");
    const names = readdirSync(folder, { encoding: "utf8", recursive: true }).filter(name => name.endsWith(".ts"));
    const files = names.map(name => path.parse(name).name);
    const kinds = files.filter(name => isBuildsRow({ kind: name, key: "", id: "" }));
    const tested = new Set((await everyRowOfBuilds()).map(({ row }) => row.kind));
    assert.deepEqual([...tested].toSorted(), kinds.toSorted());
  });

  it("is not empty and has fewer than 200 characters, however long the names and messages are", async () => {
    const items = [...(await everyRowOfBuilds()).map(({ item }) => item), ...rowsOfMachines()];
    const names = items.map(nameOf);
    assert.deepEqual(
      names.filter(name => name.trim() === "" || name.length >= longestSpoken),
      [],
    );
  });

  it("has neither a mark nor a separator that is only for the eye", async () => {
    const items = [...(await everyRowOfBuilds()).map(({ item }) => item), ...rowsOfMachines()];
    assert.deepEqual(
      items.map(nameOf).filter(name => /[✓✗●○⊘⚠·$]/u.test(name)),
      [],
    );
  });

  it("says the state of a build first", async () => {
    for (const [index, build] of builds.entries()) {
      const [shown] = await everyRow(buildRow(build), contextOf(build));
      const spoken = shown === undefined ? "" : nameOf(shown.item);
      assert.ok(spoken.startsWith(buildStates[build.state]), spoken);
      assert.ok(spoken.slice(buildStates[build.state].length).startsWith(index % 2 === 0 ? "eiffel" : "web-"), spoken);
    }
  });

  it("says the state of a derivation, a transfer or a path first", async () => {
    const begins: Partial<Record<BuildsRow["kind"], ReadonlySet<string>>> = {
      derivation: new Set(Object.values(derivationStates)),
      transfer: new Set(Object.values(transferStates)),
      path: new Set(Object.values(signatureStates)),
    };
    for (const [kind, states] of Object.entries(begins)) {
      const rows = (await everyRowOfBuilds()).filter(({ row }) => row.kind === kind);
      const said = new Set(rows.map(({ item }) => `${nameOf(item).split(", ")[0]}, `));
      // The paths with a trusted signature have no rows.
      const expected = [...states].filter(state => state !== signatureStates.trusted);
      assert.deepEqual([...said].toSorted(), expected.toSorted(), kind);
    }
  });

  it("differs, or else the visible text does, where only the icon or its colour would", async () => {
    const seen = new Map<string, RowItem>();
    for (const item of [...(await everyRowOfBuilds()).map(each => each.item), ...rowsOfMachines()]) {
      const text = JSON.stringify([item.words[0], nameOf(item)]);
      const same = seen.get(text);
      assert.deepEqual(same?.icon ?? item.icon, item.icon, text);
      seen.set(text, item);
    }
  });

  it("says that a derivation is emulated", async () => {
    const rows = (await everyRowOfBuilds()).filter(
      ({ row, item }) => row.kind === "derivation" && item.label === "built",
    );
    assert.ok(rows.length > 0);
    for (const { item } of rows) assert.match(nameOf(item), /, emulated, /);
  });
});

test("a spoken name is shortened in the middle of the name, not at the details", () => {
  assert.equal(spokenRow("eiffel", "failed · 3 of 10 · 12 s"), "failed, eiffel, 3 of 10, 12 s");
  assert.equal(spokenRow("eiffel"), "eiffel");
  const name = spokenName("failed", long, ["3 of 10"]);
  assert.ok(name.length < longestSpoken);
  assert.match(name, /^failed, web-.*…very.*-long01, 3 of 10$|^failed, web-.*….*-long01, 3 of 10$/);
});

test("a spoken name without end is cut at its end", () => {
  const name = spokenName("failed", "eiffel", Array(10).fill(words));
  assert.ok(name.startsWith("failed, eiffel, word"));
  assert.ok(name.endsWith("…") && name.length < longestSpoken);
});
