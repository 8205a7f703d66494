import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../support/lab.ts";
import type { Faults } from "./attack.ts";
import { type Home, leaveHome, makeHome, namesIn, recordsOf } from "./home.ts";
import { AttackedServer } from "./server.ts";

/** Moments of a build that an attack can wait for: a file or a lock that appears, or just a time. */
export const reachable = [
  "time",
  "time",
  "record",
  "evaluation",
  "claim",
  "command",
  "process",
  "events",
  "result",
] as const;

export type Moment = (typeof reachable)[number];

/** Waits for a moment of a home's build, with a timeout, as it may pass unnoticed. */
export async function reach(home: Home, moment: Moment): Promise<void> {
  const files = (name: string) => recordsOf(home).map(id => path.join(home.storage, "builds", id, name));
  const inRecord = (name: string) => files(name).some(file => fs.existsSync(file));
  const hasCome: Readonly<Record<Moment, () => boolean>> = {
    time: () => true,
    record: () => recordsOf(home).length > 0,
    evaluation: () => inRecord("evaluation.json"),
    claim: () => namesIn(path.join(home.storage, "running")).length > 0,
    command: () => files("request.json").some(file => textOf(file).includes('"command"')),
    process: () => inRecord("process.json"),
    events: () => inRecord("events"),
    result: () => inRecord("result.json"),
  };
  const end = Date.now() + 30_000;
  while (!hasCome[moment]() && Date.now() < end) await sleep(1);
}

function textOf(file: string): string {
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "";
}

/** How long a build of `slowMachine` takes that nothing disturbs (ms). It also builds what those of all trials share. */
export async function measureUndisturbed(lab: Lab, faults: Faults): Promise<number> {
  const durations: number[] = [];
  for (const name of ["first", "second"]) {
    const home = makeHome(lab, name, slowMachine(name));
    const server = await AttackedServer.start(home, name, faults);
    const began = performance.now();
    const asked = await server.ask("morph/build", { uri: home.uri, machine: "target" });
    const build = asked.kind === "result" ? await server.end(home, asked.result.id) : undefined;
    if (build?.state !== "succeeded")
      throw new Error(`a build that nothing disturbs ended as ${JSON.stringify(build)}`);
    durations.push(performance.now() - began);
    await server.stop();
    await leaveHome(home, faults);
  }
  return Math.min(...durations);
}

/** A network whose machine `target` takes a second or two to build. @param salt changes its derivations. */
export function slowMachine(salt: string): string {
  return `let
  step = number: needs: derivation {
    inherit needs;
    name = "step-\${toString number}-${salt}";
    system = "x86_64-linux";
    builder = "/bin/sh";
    args = [ "-c" "echo step \${toString number}; /bin/sleep 0.4; echo done; echo > $out" ];
  };
  first = step 1 [ ];
in
{
  target = { ... }: {
    nixpkgs.system = "x86_64-linux";
    environment.systemPackages = [ (step 4 [ (step 2 [ first ]) (step 3 [ first ]) ]) ];
  };
}
`;
}
