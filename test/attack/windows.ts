import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type BuildSummary, finalStates } from "../../server/src/protocol.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { until } from "../support/until.ts";
import type { Attack, Faults } from "./attack.ts";
import { checkRecord, type Home, leaveHome, makeHome, recordsOf } from "./home.ts";
import type { Random } from "./random.ts";
import { watchRealisations } from "./realisations.ts";
import { AttackedServer, patience } from "./server.ts";

/** The time between two things that are done is at most this (ms), half of it on average. */
const longestPause = 2000;

const machines = ["quick", "slow", "broken", "twin"] as const;

/** Builds, cancels, removes, keeps and restarts in two windows on one storage folder; each window knows what the other did. */
export const windows: Attack = {
  name: "windows",
  // Five minutes.
  trials: 300,
  run: async ({ trials, random, faults }) => {
    const lab = await startLab({ maxJobs: 4 });
    const stopWatching = watchRealisations(faults);
    const home = makeHome(lab, "windows", network(0));
    const run = new TwoWindows(lab, home, faults);
    await run.open();
    for (let index = 0; index < trials; index++) {
      const choices = random.fork(index);
      await run.act(choices);
      await sleep(choices.below(longestPause));
    }
    await run.end();
    stopWatching();
    await leaveHome(home, faults);
    await lab.stop();
  },
};

class TwoWindows {
  readonly #lab: Lab;
  readonly #home: Home;
  readonly #faults: Faults;
  readonly #windows: AttackedServer[] = [];
  /** The ids that were answered, without those that were removed. */
  readonly #ids = new Set<string>();
  #version = 0;

  constructor(lab: Lab, home: Home, faults: Faults) {
    this.#lab = lab;
    this.#home = home;
    this.#faults = faults;
  }

  async open(): Promise<void> {
    for (const window of [0, 1]) await this.#open(window);
  }

  /** Does something in one of the windows. */
  async act(random: Random): Promise<void> {
    const window = random.below(2);
    const server = this.#windows[window];
    if (server === undefined) return;
    const { uri } = this.#home;
    const id = random.pick(["none", ...this.#ids] as [string, ...string[]]);
    switch (
      random.pick(["build", "build", "build", "both", "many", "edit", "cancel", "remove", "keep", "look", "restart"])
    ) {
      case "build":
        return this.#build(server, random);
      case "both": {
        // In both at the same time, like a click in two windows.
        const machine = random.pick(machines);
        await Promise.all(this.#windows.map(each => this.#started(each.ask("morph/build", { uri, machine }))));
        return;
      }
      case "many": {
        const answer = await server.ask("morph/buildMany", { uri, machines });
        if (answer.kind === "result") for (const each of answer.result.ids) this.#ids.add(each);
        return;
      }
      case "edit":
        return fs.writeFileSync(this.#home.file, network(++this.#version));
      case "cancel":
        await server.ask("morph/cancel", { id });
        return;
      case "remove":
        if ((await server.ask("morph/remove", { id })).kind === "result") this.#ids.delete(id);
        return;
      case "keep":
        await server.ask("morph/keep", { id, on: random.isOneIn(2) });
        return;
      case "look":
        await Promise.all([server.ask("morph/buildDetails", { id }), server.ask("morph/buildLog", { id })]);
        return;
      default:
        if (random.isOneIn(2)) await server.kill();
        else await server.stop();
        return this.#open(window);
    }
  }

  /** Cancels what runs, and compares what both windows say with what is on the disk. */
  async end(): Promise<void> {
    const [first] = this.#windows;
    if (first === undefined) return;
    const listed = await first.ask("morph/builds", {});
    for (const { id, state } of listed.kind === "result" ? listed.result : [])
      if (!finalStates.has(state)) await first.ask("morph/cancel", { id });
    for (const id of this.#ids) {
      const build = await first.end(this.#home, id);
      if (build !== undefined) await checkRecord(this.#lab, this.#home, build, this.#faults);
    }
    await this.#compare();
    await this.#collectGarbage();
    for (const server of this.#windows) await server.stop();
  }

  async #open(window: number): Promise<void> {
    this.#windows[window] = await AttackedServer.start(this.#home, `window ${window}`, this.#faults);
  }

  #build(server: AttackedServer, random: Random): Promise<void> {
    const machine = random.pick(machines);
    return this.#started(server.ask("morph/build", { uri: this.#home.uri, machine }));
  }

  async #started(asked: ReturnType<AttackedServer["ask"]>): Promise<void> {
    const answer = await asked;
    if (answer.kind === "result") this.#ids.add((answer.result as { readonly id: string }).id);
  }

  /** Both windows list what is on the disk, and the same of it. */
  async #compare(): Promise<void> {
    let lists: readonly string[][] = [];
    const look = async () => {
      const answers = await Promise.all(this.#windows.map(server => server.ask("morph/builds", {})));
      const onDisk = recordsOf(this.#home).toSorted();
      lists = answers.map(answer => (answer.kind === "result" ? answer.result.map(stateText).toSorted() : []));
      const isSame = lists.every(list => list.join() === lists[0]?.join() && list.length === onDisk.length);
      return isSame ? true : undefined;
    };
    await until("both windows say the same", look, patience).catch(() =>
      this.#faults.add("lost", `the windows and the disk differ: ${JSON.stringify([...lists, recordsOf(this.#home)])}`),
    );
  }

  /** What the records name is there after a collection of garbage. */
  async #collectGarbage(): Promise<void> {
    await this.#lab.nix("nix-store", ["--gc"]);
    const answer = await this.#windows[0]?.ask("morph/builds", {});
    for (const build of answer?.kind === "result" ? answer.result : []) await this.#areThere(build);
  }

  async #areThere({ id, state, drvPath, outPath }: BuildSummary): Promise<void> {
    const paths = [drvPath, state === "succeeded" ? outPath : undefined].filter(each => each !== undefined);
    for (const each of paths)
      if (!fs.existsSync(each)) this.#faults.add("lost", `${path.basename(each)} of ${id} was collected as garbage`);
  }
}

function stateText({ id, state, kept }: BuildSummary): string {
  return `${id} ${state} ${kept.pinned === true}`;
}

/** A network of four machines, two of which are the same. @param version makes their derivations others. */
function network(version: number): string {
  return `let
  step = name: script: derivation {
    inherit name;
    version = "${version}";
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "echo \${name}; \${script}; echo > $out" ];
  };
  machine = package: { ... }: { nixpkgs.system = "x86_64-linux"; environment.systemPackages = [ package ]; };
in
{
  quick = machine (step "quick" ":");
  slow = machine (step "slow" "for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; /bin/sleep 0.5; done");
  broken = machine (step "broken" "/bin/sleep 0.5; exit 3");
  twin = machine (step "slow" "for i in 1 2 3 4 5 6 7 8 9 10; do echo $i; /bin/sleep 0.5; done");
}
`;
}
