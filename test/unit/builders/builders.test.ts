import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { findBuilders } from "../../../server/src/builders/builders.ts";
import { logTo } from "../../../server/src/logging/log.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const folder = tempFolder("builders");
after(() => removeTree(folder));

const config = {
  version: "2.8.0",
  system: "x86_64-linux",
  extraPlatforms: [],
  builders: "",
  maxJobs: 2,
  systemFeatures: [],
  substituters: [],
  trustedPublicKeys: [],
  isSandboxed: false,
  sandboxPaths: [],
  externalBuilders: [],
  buildDir: "",
};

test("the builders are this machine and those of the setting, each with its line", async () => {
  const machines = path.join(folder, "machines");
  fs.writeFileSync(machines, "ssh-ng://a aarch64-linux\nb\n");
  const setting = `@${machines} ; @${path.join(folder, "missing")}`;
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
  const setting = `@${folder} ; @${fifo} ; @${endless} ; @${path.join(folder, "missing")} ; ssh://b`;
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
