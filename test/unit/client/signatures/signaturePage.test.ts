import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { AdvisedReport } from "../../../../client/src/builds/signatures/advised.ts";
import { commandIds } from "../../../../client/src/manifest.ts";
import { exportedReport } from "../../../../client/src/signatures/exportedReport.ts";
import { signaturePage } from "../../../../client/src/signatures/signaturePage.ts";
import type { PathOffer } from "../../../../server/src/protocol.ts";
import { aBuild, english, someSignatures } from "../samples.ts";

const names = { l10n: english, pathOf: (uri: string) => uri, timeOf: (time: string) => time };
const [home, all] = ["http://buildmachine", "https://cache.nixos.org"];
const none = { trusted: 0, untrusted: 0, invalid: 0, unsigned: 0, contentAddressed: 0, missing: 0, unreachable: 0 };
const offer = (cache: string, fields: Partial<PathOffer>): PathOffer => ({ cache, status: "missing", ...fields });
const build = aBuild({ state: "succeeded", outPath: "/nix/store/0-nixos" });
const unsigned = { code: "unsigned", severity: "warning", message: "It does not sign.", detail: "why" } as const;
const sign = { title: "Sign Paths", command: "morph.sign" };
const fix = { title: "Copy Setting", command: "morph.copySetting", arguments: [{}] };

const report: AdvisedReport = {
  advice: [
    { cache: home, status: "unsigned", count: 1, problem: { ...unsigned, fixes: [sign] } },
    { cache: all, count: 1, problem: { ...unsigned, message: "It is busy.", detail: "HTTP 503", fixes: [fix] } },
  ],
  ...someSignatures({ total: 4, trusted: 1, invalid: 1, unsigned: 1, builtHere: 1 }),
  at: "2026-01-01T12:00:00Z",
  bytes: 2048,
  trustedKeys: ["buildMachine-1"],
  routes: [
    { route: "push", used: true, verdict: "accepted", accepted: 4, refused: 0, unknown: 0, why: "eiffel trusts root." },
  ],
  caches: [
    {
      url: home,
      reachable: true,
      priority: 30,
      storeDir: "/nix/store",
      wantMassQuery: true,
      keys: ["buildMachine-1", "old-1"],
      counts: { ...none, trusted: 1, invalid: 1, unsigned: 1, missing: 1 },
    },
    {
      url: all,
      reachable: true,
      problem: { code: "cache-unreachable", severity: "error", message: "It is very busy." },
    },
  ],
  paths: [
    { path: "/nix/store/0-nixos", status: "builtHere", offers: [offer(home, {}), offer(all, {})] },
    {
      path: "/nix/store/1-etc",
      status: "invalid",
      key: "buildMachine-1",
      cache: home,
      why: "the signature does not match",
      offers: [
        offer(home, { status: "invalid", key: "buildMachine-1", why: "the signature does not match" }),
        offer(all, {}),
      ],
    },
    { path: "/nix/store/2-hello", status: "trusted", key: "buildMachine-1", cache: home },
    { path: "/nix/store/3-linux", status: "unsigned", cache: home, offers: [offer(home, { status: "unsigned" })] },
  ],
};

describe("the page with the signatures of a build", () => {
  it("has the caches with their answers, what needs attention with the reason of each cache, and what is signed", () => {
    const explanations = /^ {2}(?:What a cache serves|A cache has it|It is trusted on|A machine that trusts)/;
    const { lines } = signaturePage(build, report, names);
    assert.deepEqual(
      lines.map(({ text }) => text).filter(text => !explanations.test(text)),
      [
        "eiffel: 1 of 4 paths signed",
        "",
        "/nix/store/0-nixos",
        "4 paths in the closure, 2.0 KiB",
        "Checked: 2026-01-01T12:00:00Z",
        "",
        "Actions (click a line, or press Enter in it)",
        "→ Check Again",
        "→ Export Signature Report",
        "",
        "Will eiffel accept it?",
        "  Pushed, as Morph does: accepted",
        "    eiffel trusts root.",
        "",
        "Caches",
        "  http://buildmachine",
        "    1 invalid · 1 not signed · 1 signed · 1 missing",
        "    Signs with buildMachine-1, old-1",
        "    priority 30, store /nix/store, queried for many paths in advance",
        "  https://cache.nixos.org",
        "    did not answer for every path",
        "    It is busy.",
        "      HTTP 503",
        "→ Copy Setting",
        "",
        "Trusted keys",
        "  buildMachine-1",
        "",
        "Invalid signature (1)",
        "  /nix/store/1-etc",
        "    buildmachine: Invalid signature, buildMachine-1, the signature does not match",
        "    cache.nixos.org: missing",
        "",
        "Not signed (1)",
        "  It does not sign.",
        "    why",
        "→ Sign Paths",
        "  /nix/store/3-linux",
        "    buildmachine: Not signed",
        "",
        "Built here (1)",
        "  /nix/store/0-nixos",
        "",
        "Signed by a trusted key (1)",
        "  /nix/store/2-hello  buildMachine-1, buildmachine",
      ],
    );
    assert.equal(lines.filter(({ text }) => explanations.test(text)).length, 3);
  });

  it("checks again only what is here", () => {
    const actions = (fields: Parameters<typeof aBuild>[0]) =>
      signaturePage({ ...build, ...fields }, report, names).actions.map(({ action }) =>
        action.kind === "command" ? [action.command.command, action.command.arguments] : [],
      );
    const shared = [[commandIds.exportSignatures, [{ id: "b1" }]]];
    assert.deepEqual(actions({}), [[commandIds.checkSignatures, [{ id: "b1" }]], ...shared]);
    assert.deepEqual(actions({ stored: { store: "ssh-ng://attic" } }), shared);
  });

  it("says why nothing could be checked, and reads a report of an older version", () => {
    const problem = { code: "not-checked", severity: "error", message: "Nix failed." } as const;
    const failed = {
      ...someSignatures({ total: 0, trusted: 0 }),
      caches: [{ url: "", reachable: false, problem }],
      advice: [],
      paths: [],
    };
    assert.deepEqual(
      signaturePage(build, failed, names)
        .lines.map(({ text }) => text)
        .slice(0, 3),
      ["eiffel: signatures not checked", "", "/nix/store/0-nixos"],
    );
    assert.ok(signaturePage(build, failed, names).lines.some(({ text }) => text === "  Nix failed."));
    const old = {
      ...someSignatures({ total: 1, trusted: 0, unsigned: 1 }),
      caches: [{ url: home, reachable: true }],
      advice: [],
    };
    const { lines } = signaturePage(
      build,
      { ...old, paths: [{ path: "/nix/store/3-linux", status: "unsigned", cache: home }] },
      names,
    );
    assert.equal(lines.at(-1)?.text, "  /nix/store/3-linux  buildmachine");
  });

  it("is exported whole as JSON", () => {
    const { machine, network, outPath, advice, ...rest } = JSON.parse(exportedReport(build, report));
    assert.deepEqual([machine, network, outPath], ["eiffel", build.uri, build.outPath]);
    assert.deepEqual(advice[0], { cache: home, status: "unsigned", count: 1, problem: unsigned });
    assert.equal(advice[1].problem.fixes, undefined);
    const { advice: _, ...recorded } = report;
    assert.deepEqual(rest, JSON.parse(JSON.stringify(recorded)));
  });
});
