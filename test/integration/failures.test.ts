import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Problem } from "../../server/src/protocol.ts";
import { type Builder, startBuilder } from "../support/builder.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import type { NixSettings } from "../support/nixConf.ts";
import { buildToEnd, derivationStates, trustedClient, type Workspace, writeNetwork } from "../support/workspace.ts";

// Why builds fail, with messages of real Nix.

let lab: Lab;
let client: LspClient;
let network: Workspace;
let builder: Builder;

/** A machine that needs a derivation of a shell script. */
function machine(name: string, script: string, attributes = ""): string {
  return `
  ${name} = { ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [
      (derivation { name = "${name}-1.0"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" ''${script}'' ]; ${attributes} })
    ];
  };
`;
}

const wanted = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

const text = `{
${machine("download", "echo other > $out", `outputHash = "${wanted}"; outputHashMode = "flat";`)}
${machine("killed", "echo busy; kill -9 $$")}
${machine("ended", "echo busy; exit 137")}
${machine("broken", "echo half > part.o; exit 2")}
${machine("slow", "while :; do echo tick; /bin/sleep 0.1; done")}
${machine("silent", "echo last words; /bin/sleep 60")}
${machine("sound", "echo > $out")}
${machine("late", "echo > $out")}
${machine("foreign", "true", "").replace('"/bin/sh"', "./tool-s390x-linux")}
}
`;

before(async () => {
  lab = await startLab();
  network = writeNetwork(lab, "failures", text);
  // The part of a program for another processor that the kernel reads.
  const elf = Buffer.alloc(64);
  elf.write("\u007fELF\u0002\u0002\u0001", 0, "latin1");
  elf[17] = 2;
  elf[19] = 22;
  writeFileSync(path.join(network.folder, "tool-s390x-linux"), elf, { mode: 0o755 });
  builder = await startBuilder(lab, { name: "builder-x86", systems: ["x86_64-linux"] });
  client = await trustedClient(lab, network);
  // What every machine needs is built before anything is limited.
  assert.equal((await buildToEnd(client, network, "sound")).state, "succeeded");
});

after(async () => {
  await client.stop();
  await lab.stop();
});

/** Builds a machine that fails. */
async function failureOf(name: string, settings: NixSettings = {}): Promise<Problem> {
  lab.setConf(settings);
  const build = await buildToEnd(client, network, name);
  assert.equal(build.state, "failed");
  return build.failure ?? assert.fail("no failure");
}

/** Machine -> nix.conf, the cause and what its message says. */
const failures: Record<string, [machine: string, settings: NixSettings, code: string | RegExp, message: RegExp]> = {
  "another hash": ["download", {}, "hash-mismatch", /^The content of download-1\.0 .* instead of sha256-47DEQ/],
  "a builder that is killed": ["killed", {}, "killed", /^killed-1\.0 was killed \(SIGKILL\), probably by/],
  "a builder whose command is killed": ["ended", {}, "killed", /^A command of ended-1\.0 was killed \(exit code 137/],
  "a build that takes too long": [
    "slow",
    { lines: ["timeout = 1"] },
    "timed-out",
    /^slow-1\.0 timed out after 1 seconds/,
  ],
  "a build without output": [
    "silent",
    { lines: ["max-silent-time = 1"] },
    // Nix 2.34 does not say which of the two limits it was.
    /^timed-out(?:-silent)?$/,
    /^silent-1\.0 timed out(?:: no output for 1 seconds| after 1 seconds\. .*'max-silent-time')/,
  ],
  "no builder": ["late", { maxJobs: 0 }, "no-local-builds", /'max-jobs = 0'/],
  "a program of another system": ["foreign", {}, "exec-format", /^foreign-1\.0 .* programs for s390x-linux /],
};

for (const [name, [of, settings, code, message]] of Object.entries(failures)) {
  test(`a failure is explained: ${name}`, async () => {
    const problem = await failureOf(of, settings);
    assert.match(problem.code, typeof code === "string" ? new RegExp(`^${code}$`) : code, JSON.stringify(problem));
    assert.match(problem.message, message);
  });
}

test("the hash can be updated", async () => {
  const { fixes = [], detail } = await failureOf("download");
  const [fix] = fixes;
  assert.equal(fix?.command, "morph.replaceHash");
  const [{ specified = "", got = "" } = {}]: { specified?: string; got?: string }[] = fix?.arguments ?? [];
  assert.equal(specified, wanted);
  assert.match(detail ?? "", /hash mismatch in fixed-output derivation/);
  writeFileSync(network.file, text.replace(specified, got));
  const build = await buildToEnd(client, network, "download");
  assert.equal(build.state, "succeeded", JSON.stringify(build.failure));
  writeFileSync(network.file, text);
});

test("the build directory of a failed derivation is kept if requested, and can be opened", async () => {
  const { message, fixes: [keep] = [] } = await failureOf("broken");
  assert.equal(message, "broken-1.0 failed with exit code 2.");
  assert.equal(keep?.command, "morph.buildKeepingFolders");
  const build = await buildToEnd(client, network, "broken", { keepFailed: true });
  const [open] = build.failure?.fixes ?? [];
  assert.equal(open?.command, "morph.openKeptFolder");
  const [{ folder = "" } = {}]: { folder?: string }[] = open?.arguments ?? [];
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const part = files.find(file => path.basename(file) === "part.o") ?? assert.fail(files.join());
  assert.equal(readFileSync(path.join(folder, part), "utf8"), "half\n");
  const { derivations } = await client.request("morph/buildDetails", { id: build.id });
  assert.equal(derivations.find(({ name }) => name === "broken-1.0")?.keptFolder, folder);
});

test("a derivation that timed out has failed, and its last lines are shown", async () => {
  lab.setConf({ lines: ["max-silent-time = 1"] });
  const build = await buildToEnd(client, network, "silent");
  assert.match(build.failure?.detail ?? "", /Last log lines:\nlast words$/);
  const states = derivationStates(await client.request("morph/buildDetails", { id: build.id }));
  assert.equal(states.silent, "failed");
});

/** Fault in the line of a builder -> the cause and its message. */
const lines: Record<string, [line: () => string, code: string, message: RegExp]> = {
  "another host key": [
    () => {
      const other = readFileSync(path.join(lab.dir, "builders/builder-x86/client-key.pub"), "utf8").trim();
      return builder.machinesLine.replace(/\S+$/, Buffer.from(other).toString("base64"));
    },
    "builder-host-key",
    /^The host key of builder-x86 has changed/,
  ],
  "an unknown host name": [
    () => builder.machinesLine.replace("builder-x86", "builder-x86.invalid"),
    "builder-not-found",
    /^The host name of the builder builder-x86\.invalid cannot be resolved/,
  ],
  "a builder without Nix": [
    () => builder.machinesLine.replace("builder-x86", "builder-x86?remote-program=/nowhere/nix-daemon"),
    "builder-no-nix",
    /^ssh did not find Nix on builder-x86/,
  ],
  "a shell that prints text": [
    () => builder.machinesLine.replace("ssh-ng://builder-x86", "ssh://builder-x86?remote-program=echo%20welcome"),
    "builder-protocol",
    /did not respond like Nix/,
  ],
};

for (const [name, [line, code, message]] of Object.entries(lines)) {
  test(`a builder is not reached: ${name}`, async () => {
    const problem = await failureOf("late", { maxJobs: 0, builders: [line()] });
    assert.match(problem.code, typeof code === "string" ? new RegExp(`^${code}$`) : code, JSON.stringify(problem));
    assert.match(problem.message, message);
  });
}

test("a builder cannot be reached: it refuses the login", async () => {
  writeFileSync(path.join(lab.dir, "builders/builder-x86/authorized_keys"), "");
  const problem = await failureOf("late", { maxJobs: 0, builders: [builder.machinesLine] });
  assert.equal(problem.code, "builder-denied", JSON.stringify(problem));
  assert.match(problem.message, /^builder-x86 refused the login/);
  assert.match(problem.detail ?? "", /Permission denied \(publickey\)/);
});
