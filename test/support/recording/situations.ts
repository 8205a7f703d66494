import fs from "node:fs";
import path from "node:path";
import { type Builder, startBuilder } from "../builder.ts";
import { startDaemon } from "../daemon.ts";
import type { NixSettings } from "../nixConf.ts";
import { freePort } from "../ports.ts";
import { type Process, processesIn } from "../processes.ts";
import { until } from "../until.ts";
import type { World } from "./world.ts";

/** What is recorded once. */
export interface Situation {
  /** Attributes of situations.nix. */
  readonly of: readonly string[];
  readonly conf?: NixSettings;
  /** Arguments of `nix-store` besides those that the extension gives. */
  readonly args?: readonly string[];
  /** Another command than `nix-store --realise`. */
  readonly command?: readonly [string, ...string[]];
  /** As soon as the stream has this text, `act` is called. */
  readonly when?: string | RegExp;
  act?(nix: { readonly pid: number; kill(signal: NodeJS.Signals): void }): unknown;
  /** Whether `act` is a cancellation by the user. */
  readonly cancelled?: true;
  /** Other processes to wait for. */
  readonly after?: Promise<unknown>;
}

type Make = (world: World) => Situation | Promise<Situation>;

/** `slow` prints its first line. */
const slowRuns = /slow\/file1\.o/;

/** Five attempts take half a minute. */
const twice = { lines: ["download-attempts = 2"] };

const isBuild = ({ cmdline }: Process) => cmdline.includes("builder.sh");

const only = (builder: Pick<Builder, "machinesLine">) => ["--builders", builder.machinesLine, "--max-jobs", "0"];

function fromCache(url: string, { cache }: World, more: NixSettings = {}): NixSettings {
  return { substituters: [url], trustedPublicKeys: [cache.publicKey], ...more };
}

/** Makes an executable file of the laboratory. */
function script({ lab }: World, name: string, text: string): string {
  const file = path.join(lab.dir, name);
  fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return file;
}

/** Every situation by its name, in the order in which they are recorded. */
export const situations: Readonly<Record<string, Make>> = {
  success: () => ({ of: ["good"] }),
  "success-nix3": async world => ({
    of: ["good"],
    command: ["nix", "--extra-experimental-features", "nix-command", ...(await installable(world, "good"))],
  }),
  "up-to-date": async ({ build }) => {
    await build("good");
    return { of: ["good"] };
  },
  "two-at-once": () => ({ of: ["good", "second"] }),

  "dependency-fails": () => ({ of: ["failing"] }),
  "dependency-fails-keep-going": () => ({ of: ["failingWithFriends"], args: ["--keep-going"] }),
  "two-fail-keep-going": () => ({ of: ["failingTwice"], args: ["--keep-going"] }),
  "failed-folder-kept": () => ({ of: ["failing"], args: ["--keep-failed"] }),
  "hash-mismatch": () => ({ of: ["changed"] }),
  timeout: () => ({ of: ["talkative"], args: ["--timeout", "1"] }),
  "max-silent-time": () => ({ of: ["silent"], args: ["--max-silent-time", "1"] }),
  "builder-killed": () => ({ of: ["killed"] }),
  "no-output": () => ({ of: ["noOutput"] }),
  "forbidden-reference": () => ({ of: ["forbidden"] }),
  "not-executable": () => ({ of: ["notExecutable"] }),
  "odd-bytes": () => ({ of: ["oddBytes"] }),
  "output-missing": () => ({ of: ["nolink"] }),
  "program-missing": () => ({ of: ["shellless"] }),
  "sandbox-path-missing": () => ({
    of: ["good"],
    conf: { lines: ["sandbox = true", "extra-sandbox-paths = /run/binfmt-that-is-not-there"] },
  }),
  "source-gone": () => ({ of: ["gone"], args: ["--option", "download-attempts", "1"] }),
  "words-in-log": () => ({ of: ["words"] }),
  "nested-nix": () => ({ of: ["nested"] }),
  "post-build-hook": world => ({
    of: ["good"],
    conf: { lines: [`post-build-hook = ${script(world, "hook", 'echo "signing $OUT_PATHS"')}`] },
  }),
  "post-build-hook-fails": world => ({
    of: ["good"],
    conf: { lines: [`post-build-hook = ${script(world, "bad-hook", "echo no key; exit 3")}`] },
  }),

  interrupted: () => ({ of: ["endless"], when: slowRuns, act: nix => nix.kill("SIGINT"), cancelled: true }),
  terminated: () => ({ of: ["endless"], when: slowRuns, act: nix => nix.kill("SIGTERM") }),
  "nix-killed": () => ({ of: ["endless"], when: slowRuns, act: nix => nix.kill("SIGKILL") }),
  "built-by-another": async ({ build, lab }) => {
    const other = build("patience");
    await until("another builds it", () => processesIn(lab.dir).some(isBuild) || undefined);
    return { of: ["patient"], after: other };
  },

  fetched: world => ({ of: ["good"], conf: fromCache(world.cache.url, world) }),
  "fetched-slowly": world => ({ of: ["large"], conf: fromCache(world.slowCache, world) }),
  "fetch-interrupted": world => ({
    of: ["large"],
    conf: fromCache(world.slowCache, world),
    when: /copying path '\S*large'/,
    act: nix => nix.kill("SIGINT"),
    cancelled: true,
  }),
  "fetched-in-part": world => ({ of: ["second"], conf: fromCache(world.cache.url, world) }),
  "cache-untrusted": async world => {
    const other = await world.cache.newKey("other-1");
    return { of: ["good"], conf: fromCache(world.cache.url, world, { trustedPublicKeys: [other.publicKey] }) };
  },
  "cache-down": async world => ({
    of: ["good"],
    conf: fromCache(`http://127.0.0.1:${await freePort()}`, world, twice),
  }),
  "cache-without-nar": world => ({ of: ["torn"], conf: fromCache(world.cache.url, world, twice) }),
  "cache-without-nar-fallback": world => ({
    of: ["torn"],
    conf: fromCache(world.cache.url, world, { lines: [...twice.lines, "fallback = true"] }),
  }),
  "cache-with-wrong-nar": world => ({ of: ["tampered"], conf: fromCache(world.cache.url, world, twice) }),

  "remote-ssh-ng": ({ builder }) => ({ of: ["second"], args: only(builder) }),
  "remote-ssh": ({ builder }) => ({ of: ["second"], args: only(overSsh(builder)) }),
  "remote-and-here": ({ builder }) => ({ of: ["second"], args: ["--builders", builder.machinesLine] }),
  "remote-busy": async ({ lab }) => {
    const single = await startBuilder(lab, { name: "single", systems: ["x86_64-linux"], maxJobs: 1 });
    return { of: ["second"], args: only(single) };
  },
  "remote-dependency-fails-ssh-ng": ({ builder }) => ({ of: ["failing"], args: only(builder) }),
  "remote-failed-folder-kept": ({ builder }) => ({ of: ["failing"], args: [...only(builder), "--keep-failed"] }),
  "remote-dependency-fails-ssh": ({ builder }) => ({ of: ["failing"], args: only(overSsh(builder)) }),
  "remote-hash-mismatch": ({ builder }) => ({ of: ["changed"], args: only(builder) }),
  "remote-interrupted": ({ builder }) => ({
    of: ["endless"],
    args: only(builder),
    when: slowRuns,
    act: nix => nix.kill("SIGINT"),
    cancelled: true,
  }),
  "remote-vanishes": async ({ lab }) => {
    const gone = await startBuilder(lab, { name: "gone", systems: ["x86_64-linux"] });
    return { of: ["endless"], args: only(gone), when: slowRuns, act: () => gone.kill() };
  },
  "remote-refused": async ({ lab }) => {
    const down = await startBuilder(lab, { name: "down", systems: ["x86_64-linux"] });
    await down.stop();
    return { of: ["good"], args: only(down) };
  },
  "remote-bad-host-key": ({ builder }) => {
    const wrong = Buffer.from(`ssh-ed25519 ${"A".repeat(24)}C3NzaC1lZDI1NTE5${"A".repeat(28)}`).toString("base64");
    return { of: ["good"], args: only({ machinesLine: builder.machinesLine.replace(/\S+$/, wrong) }) };
  },
  "remote-unknown-name": () => ({
    of: ["good"],
    args: only({ machinesLine: "ssh-ng://nowhere.invalid x86_64-linux - 2 1 big-parallel - -" }),
  }),

  "remote-output-missing": ({ builder }) => ({ of: ["nolink"], args: only(builder) }),
  "remote-program-missing": ({ builder }) => ({ of: ["shellless"], args: only(builder) }),
  "remote-words-in-log": ({ builder }) => ({ of: ["words"], args: only(builder) }),
  "remote-nested-nix": ({ builder }) => ({ of: ["nested"], args: only(builder) }),

  "daemon-dependency-fails": async world => ({ of: ["failing"], args: await throughDaemon(world) }),
  "daemon-hash-mismatch": async world => ({ of: ["changed"], args: await throughDaemon(world) }),
  "daemon-timeout": async world => ({ of: ["talkative"], args: [...(await throughDaemon(world)), "--timeout", "1"] }),
  "daemon-program-missing": async world => ({ of: ["shellless"], args: await throughDaemon(world) }),
  "daemon-words-in-log": async world => ({ of: ["words"], args: await throughDaemon(world) }),
  "daemon-nested-nix": async world => ({ of: ["nested"], args: await throughDaemon(world) }),

  "no-builder-for-system": () => ({ of: ["foreign"] }),
  "no-builder-for-system-remote": ({ builder }) => ({ of: ["foreign"], args: only(builder) }),
  "no-builder-for-feature": () => ({ of: ["featured"] }),
  "no-builder-for-feature-remote": ({ builder }) => ({ of: ["featured"], args: only(builder) }),
  "no-jobs-here": () => ({ of: ["good"], args: ["--max-jobs", "0"] }),

  "copied-to-a-store": async world => {
    const output = await world.build("good");
    const to = `ssh-ng://${world.builder.name}`;
    const nix = ["nix", "--extra-experimental-features", "nix-command"] as const;
    return { of: ["good"], command: [...nix, "copy", "--no-check-sigs", "--to", to, output] };
  },
  // Last, because all later situations would have large ids as well.
  "large-ids": () => {
    fs.writeFileSync("/proc/sys/kernel/ns_last_pid", "3276800");
    return { of: ["good"] };
  },
};

/** Starts Nix's daemon, as most installations have it; it lives as long as the laboratory. */
async function throughDaemon({ lab }: World): Promise<readonly string[]> {
  const socket = path.join(lab.dir, "run/daemon");
  const store = ["--store", `unix://${socket}`];
  if (fs.existsSync(socket)) return store;
  const daemon = await startDaemon({
    command: "nix-daemon",
    // Without it the daemon connects to itself.
    args: ["--option", "store", "local"],
    env: { ...lab.env, NIX_DAEMON_SOCKET_PATH: socket },
    cwd: lab.dir,
    log: path.join(lab.dir, "daemon.log"),
    isReady: async () => fs.existsSync(socket),
  });
  lab.defer(daemon.stop);
  return store;
}

/** Since 2.15, the path of a derivation alone no longer means its outputs. */
async function installable({ drvOf, lab }: World, attribute: string): Promise<string[]> {
  const drv = await drvOf(attribute);
  const { stdout } = await lab.nix("nix", ["--version"]);
  const minor = Number(/2\.(\d+)/.exec(stdout)?.[1]);
  return ["build", "--no-link", minor < 15 ? drv : `${drv}^*`];
}

/** The builder over Nix's older protocol. */
function overSsh(builder: Builder): Pick<Builder, "machinesLine"> {
  return { machinesLine: builder.machinesLine.replace("ssh-ng://", "ssh://") };
}

/** Calls `act` when a stream's file has the text. */
export async function actWhen(situation: Situation, stream: string, act: () => unknown): Promise<void> {
  const { when } = situation;
  if (when === undefined) return;
  const found = () => {
    const text = fs.readFileSync(stream, "utf8");
    return (typeof when === "string" ? text.includes(when) : when.test(text)) || undefined;
  };
  await until(`the stream has ${when}`, found, 20_000);
  await act();
}
