import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { findBuilders } from "../../server/src/builders/builders.ts";
import { silentLog } from "../../server/src/logging/log.ts";
import { readNixConfig } from "../../server/src/nix/config.ts";
import { createNix } from "../../server/src/nix/nix.ts";
import type { BuilderOffer, Health } from "../../server/src/protocol.ts";
import { readSettings } from "../../server/src/settings/settings.ts";
import { Toolchain } from "../../server/src/toolchain/toolchain.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { LspClient } from "../support/lspClient.ts";
import { buildToEnd, trustedClient, writeNetwork } from "../support/workspace.ts";

// Machines files as our parser and as the installed Nix read them. Nix lists what it has read when no machine can build something.

let lab: Lab;

before(async () => {
  lab = await startLab();
  fs.writeFileSync(path.join(lab.dir, "etc/other"), "ssh://other i686-linux - 7\n");
});

after(() => lab.stop());

const impossible = `derivation { name = "x"; system = "none-linux"; builder = "/bin/sh"; }`;

/** What Nix reads from its machines file: its table, or `refused`. */
async function asNix(): Promise<readonly string[] | "refused"> {
  const { stderr } = await lab.nix("nix-build", ["--no-out-link", "-E", impossible]);
  assert.match(stderr, /available machines|machine specification/);
  if (stderr.includes("machine specification")) return "refused";
  const [, table = ""] = stderr.split("(systems, maxjobs, supportedFeatures, mandatoryFeatures)\n");
  return table
    .split("\n")
    .filter(line => line.startsWith("("))
    .map(line => line.replaceAll(/[[\]]/g, ""));
}

/** The same from our parser. */
async function asWe(): Promise<readonly string[] | "refused"> {
  const config = await readNixConfig(createNix(lab.env, ""));
  assert.ok("value" in config);
  const { list, faults } = await findBuilders(config.value);
  if (faults.some(({ fault }) => fault.kind !== "include")) return "refused";
  return list.filter(({ kind }) => kind === "remote").flatMap(({ offers }) => offers.map(row));
}

function row({ systems, maxJobs, supportedFeatures, mandatoryFeatures }: BuilderOffer): string {
  // Nix keeps the mandatory features apart.
  const supported = supportedFeatures.filter(each => !mandatoryFeatures.includes(each));
  const list = (names: readonly string[]) => names.toSorted().join(", ");
  return `(${systems.map(({ system }) => system).join(", ")}, ${maxJobs}, ${list(supported)}, ${list(mandatoryFeatures)})`;
}

/** Machines files. Each line has another address, because builders are grouped by it. */
const files: Record<string, string> = {
  "all fields": "ssh-ng://nix@a aarch64-linux,armv7l-linux /key 4 2 kvm,big-parallel benchmark c3NoLWVk\n",
  "defaults, and fields left out": "ssh://a\nssh://b - - - - - - -\nc x86_64-linux - - 3\n",
  "comments, empty lines and tabs": "# x\n\nssh://a aarch64-linux # y\n\tssh://b\taarch64-linux -\t2\n#\n",
  "several in a line": "ssh://a aarch64-linux;ssh://b i686-linux ; ssh://c aarch64-linux\n",
  "a semicolon in a comment": "ssh://a aarch64-linux # ; ssh://b i686-linux\n",
  "another file": "@OTHER\nssh://a aarch64-linux\n",
  "a file that is missing": "@/nonexistent/machines\nssh://a aarch64-linux\n",
  "carriage returns": "ssh://a aarch64-linux\r\nssh://b x86_64-linux - 2\r\n",
  "more fields than there are": "ssh://a aarch64-linux - 1 1 - - - more and more\n",
  "lists with nothing between commas": "ssh://a ,aarch64-linux,, - 1 1 kvm,,\n",
  "no jobs and no speed": "ssh://a aarch64-linux - 0 0\n",
  "a sign": "ssh://a aarch64-linux - +3 +2\n",
  "a number with a fraction": "ssh://a aarch64-linux - 1.5\n",
  "a speed with a fraction": "ssh://a aarch64-linux - 1 1.5\n",
  "a negative number": "ssh://a aarch64-linux - -1\n",
  "a number with a unit": "ssh://a aarch64-linux - 4K\n",
  "a number that is too large": "ssh://a aarch64-linux - 4294967296\n",
  "a word for a number": "ssh://a aarch64-linux - 1 fast\n",
  "a host key that is not Base64": "ssh://a aarch64-linux - 1 1 - - !!!\n",
  "no address": "- aarch64-linux\n",
  "a line of spaces": "   \nssh://a aarch64-linux\n",
  "a comment behind spaces": "  # x\nssh://a aarch64-linux\n",
};

for (const [name, text] of Object.entries(files))
  test(`Nix and we read the same from a machines file: ${name}`, async () => {
    fs.writeFileSync(path.join(lab.dir, "etc/machines"), text.replace("OTHER", path.join(lab.dir, "etc/other")));
    const ours = await asWe();
    assert.deepEqual(ours, await asNix());
  });

test("a line because of which Nix fails every build is named, until it is corrected", async () => {
  const machines = path.join(lab.dir, "etc/machines");
  fs.writeFileSync(machines, "# ours\nssh://user:secret@a aarch64-linux - many\n");
  const client = await LspClient.start({ env: lab.env, folder: lab.dir, trusted: true });
  const health = await client.next<Health>("morph/health");
  assert.deepEqual(health, {
    state: "warning",
    code: "bad-machine-line",
    message: `Nix refuses line 2 of ${machines}, and all builds fail until it is corrected: its fourth field, the number of parallel builds, is 'many', not a whole number.`,
  });
  fs.writeFileSync(machines, "ssh://a aarch64-linux - 4\n");
  await client.request("morph/builders", {});
  assert.deepEqual(await client.next<Health>("morph/health"), { state: "ok" });
  await client.stop();
});

test("the builders of a network replace Nix's own, and say where they come from", async () => {
  fs.writeFileSync(path.join(lab.dir, "etc/machines"), "ssh://a aarch64-linux\n");
  const settings = readSettings({ environment: lab.env, builders: ["ssh://c riscv64-linux"] });
  const toolchain = new Toolchain(settings, () => {}, silentLog);
  await toolchain.refresh();
  const origins = async (builders?: string) => {
    const facts = await toolchain.withOptions(builders === undefined ? {} : { builders });
    return facts?.builders.list.map(({ name, offers }) => `${name}: ${offers[0]?.origin.source}`);
  };
  assert.deepEqual(await origins(), ["local: this machine", "a: machines file", "c: setting"]);
  assert.deepEqual(await origins("ssh://b x86_64-linux"), ["local: this machine", "b: network", "c: setting"]);
});

test("a build that fails because of a line says so, without the password in it", async () => {
  fs.writeFileSync(path.join(lab.dir, "etc/machines"), "ssh://user:secret@a aarch64-linux - many\n");
  const network = writeNetwork(
    lab,
    "line",
    '{ network.description = "x"; web = { nixpkgs.hostPlatform = "x86_64-linux"; }; }',
  );
  const client = await trustedClient(lab, network);
  const { state, failure } = await buildToEnd(client, network, "web");
  assert.equal(state, "failed");
  assert.equal(failure?.code, "bad-machine-line");
  assert.equal(
    failure?.message,
    "Nix refuses the machine line 'ssh://***@a aarch64-linux - many' because of its field 4, and with it every build. Correct it in Nix's setting 'builders' or in the machines file that it names.",
  );
  assert.ok(!JSON.stringify(failure).includes("secret"));
  await client.stop();
});
