import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { findBuilders } from "../../../server/src/builders/builders.ts";
import { faultyLineText } from "../../../server/src/builders/lineFaultText.ts";
import { logTo } from "../../../server/src/logging/log.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const folder = tempFolder("builders");
after(() => removeTree(folder));

const config = {
  version: "2.8.0",
  system: "x86_64-linux",
  extraPlatforms: [],
  builders: "",
  machineLines: { isOld: true, hasWholeSpeeds: true },
  maxJobs: 2,
  systemFeatures: [],
  substituters: [],
  trustedPublicKeys: [],
  requiresSignatures: true,
  isSubstituting: true,
  trustedUsers: [],
  buildersUseSubstitutes: false,
  isSandboxed: false,
  sandboxPaths: [],
  store: "auto",
  externalBuilders: [],
  buildDir: "",
  netrcFile: "",
  sslCertFile: "",
  positiveTtl: 0,
  negativeTtl: 0,
};

test("the builders are this machine and those of the setting, each with its line", async () => {
  const machines = path.join(folder, "machines");
  fs.writeFileSync(machines, "ssh-ng://a aarch64-linux\nb\n");
  const setting = `@${machines};@${path.join(folder, "missing")}`;
  const { list, lines } = await findBuilders({ ...config, builders: setting });
  assert.deepEqual(
    list.map(({ id, offers }) => [id, offers[0]?.systems[0]?.system]),
    [
      ["local", "x86_64-linux"],
      ["ssh-ng://a", "aarch64-linux"],
      ["ssh://b", "x86_64-linux"],
    ],
  );
  assert.deepEqual(
    [...lines],
    [
      ["ssh-ng://a", ["ssh-ng://a aarch64-linux"]],
      ["ssh://b", ["b"]],
    ],
  );
});

test("the lines of one address are one builder with an offer each, and duplicate lines are ignored", async () => {
  const [x86, i686] = [
    "ssh-ng://builder-x86 x86_64-linux - 2 1 big-parallel - -",
    "ssh-ng://builder-x86 i686-linux - 1 1 benchmark - -",
  ];
  const setting = [x86, "ssh-ng://other", i686, x86].join(" ; ");
  const { list, lines } = await findBuilders({ ...config, builders: setting });
  assert.deepEqual(
    list.map(({ id, name, offers }) => [
      id,
      name,
      offers.map(({ maxJobs, supportedFeatures }) => [maxJobs, supportedFeatures]),
    ]),
    [
      ["local", "local", [[2, []]]],
      [
        "ssh-ng://builder-x86",
        "builder-x86",
        [
          [2, ["big-parallel"]],
          [1, ["benchmark"]],
        ],
      ],
      ["ssh-ng://other", "other", [[1, []]]],
    ],
  );
  assert.deepEqual(lines.get("ssh-ng://builder-x86"), [x86, i686]);
});

test("an unreadable machines file is logged, does not block, and does not hide other builders", async () => {
  const lines: string[] = [];
  const log = logTo((level, line) => lines.push(`${level} ${line}`));
  const [fifo, endless] = [path.join(folder, "fifo"), path.join(folder, "endless")];
  execFileSync("mkfifo", [fifo]);
  fs.symlinkSync("/dev/zero", endless);
  const setting = `@${folder};@${fifo};@${endless};@${path.join(folder, "missing")};ssh://b`;
  const { list } = await findBuilders({ ...config, builders: setting }, log);
  assert.deepEqual(
    list.map(({ id }) => id),
    ["local", "ssh://b"],
  );
  assert.deepEqual(
    lines.map(line => line.split(": ")[0]).toSorted(),
    [folder, fifo, endless].map(file => `warning Cannot read the machines file ${file}`).toSorted(),
  );
});

const lineOf = (id: string, lines: ReadonlyMap<string, readonly string[]>) => lines.get(id)?.join(" + ");

test("our own setting adds builders, and its lines are known as those that Nix does not have", async () => {
  const setting = [
    "ssh-ng://a aarch64-linux",
    "ssh-ng://b aarch64-linux # the new one",
    "ssh-ng://b aarch64-linux",
    "ssh-ng://a i686-linux",
  ];
  const { list, lines, added, faults } = await findBuilders(
    { ...config, builders: "ssh-ng://a aarch64-linux" },
    undefined,
    { setting },
  );
  assert.deepEqual(
    list.map(({ id, offers }) => [id, offers.map(({ origin }) => `${origin.source} ${origin.line ?? ""}`.trim())]),
    [
      ["local", ["this machine"]],
      ["ssh-ng://a", ["nix.conf", "setting 4"]],
      ["ssh-ng://b", ["setting 2"]],
    ],
  );
  assert.equal(lineOf("ssh-ng://a", lines), "ssh-ng://a aarch64-linux + ssh-ng://a i686-linux");
  assert.deepEqual(added, ["ssh-ng://b aarch64-linux", "ssh-ng://a i686-linux"]);
  assert.deepEqual(faults, []);
});

test("a line of our setting that Nix would refuse is ignored, so that it breaks no build, and it is said why", async () => {
  const setting = ["ssh://a - - many", "ssh://b ; ssh://c", "@/etc/nix/machines", "", "ssh://d\nssh://e", "ssh://f"];
  const { list, added, faults } = await findBuilders(config, undefined, { setting });
  assert.deepEqual(added, ["ssh://f"]);
  assert.equal(list.length, 2);
  assert.deepEqual(faults.map(faultyLineText).toSorted(), [
    "Line 1 of the setting morph.builders is ignored: its fourth field, the number of parallel builds, is 'many', not a whole number.",
    "Line 2 of the setting morph.builders is ignored: it must be a single machine, without ';' and '@'.",
    "Line 3 of the setting morph.builders is ignored: it must be a single machine, without ';' and '@'.",
    "Line 4 of the setting morph.builders is ignored: it does not begin with the address of a builder.",
    "Line 5 of the setting morph.builders is ignored: it must be a single machine, without ';' and '@'.",
  ]);
});

test("the builders of a network's own setting say so", async () => {
  const { list } = await findBuilders({ ...config, builders: "ssh://n" }, undefined, { isOfNetwork: true });
  assert.deepEqual(list[1]?.offers[0]?.origin, { source: "network" });
});
