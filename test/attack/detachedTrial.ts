import fs from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BuildParams } from "../../server/src/protocol.ts";
import { until } from "../support/until.ts";
import { leaveHome, makeHome, namesIn } from "./home.ts";
import { type LinkTrial, remainingOn } from "./linkTrial.ts";
import { slowMachine } from "./moments.ts";
import { AttackedServer } from "./server.ts";

/** How long a builder may take to hear that a build was removed (ms). */
const removed = 60_000;

/**
 * Cuts the link at a random moment of a detached build, which continues on its builder, and sometimes kills the server meanwhile:
 * once the link is back, the build ends well, unless it was not started at all, and nothing of it stays once it is removed.
 */
export async function detachedTrial({ lab, builder, index, random, usual, faults }: LinkTrial): Promise<void> {
  // Before and after the build itself, the derivation is copied and the result collected.
  const delay = random.next() * 2 * usual;
  const pause = random.next() * 25_000;
  const isKilled = random.isOneIn(3);
  const name = `link ${index} (detached, cut after ${Math.round(delay)} ms for ${Math.round(pause)} ms${isKilled ? ", server killed" : ""})`;
  const home = makeHome(lab, `d${index}`, slowMachine(`d${index}`));
  let server = await AttackedServer.start(home, name, faults);
  const place = { kind: "store", store: builder.storeUri } as const;
  const params: BuildParams = { uri: home.uri, machine: "target", place, detached: true };

  const asked = await server.ask("morph/build", params);
  await sleep(delay);
  await builder.cutLink();
  await sleep(pause);
  if (isKilled) {
    await server.kill();
    server = await AttackedServer.start(home, name, faults);
  }
  await builder.restoreLink();
  const id = asked.kind === "result" ? asked.result.id : undefined;
  const build = id === undefined ? undefined : await server.end(home, id);
  const wasRefused = build?.failure?.code === "builder-unreachable" && (build.failure.fixes ?? []).length > 0;
  if (build !== undefined && build.state !== "succeeded" && !wasRefused)
    faults.add("lost", `${name}: it is ${build.state} (${build.failure?.code}: ${build.failure?.message})`);
  if (id !== undefined && !fs.existsSync(path.join(home.storage, "builds", id, "request.json")))
    faults.add("lost", `${name}: its record`);

  if (id !== undefined) await server.ask("morph/remove", { id });
  const folder = path.join(lab.dir, "builders", builder.name, "home/.local/state/morph-language-server");
  const isGone = () => (id === undefined || !namesIn(folder).includes(id) ? true : undefined);
  const gone = await until("the builder removes the build", isGone, removed).catch(() => false);
  // What could not be removed is noted, and removed when the builder is reached the next time.
  if (!gone && !namesIn(path.join(home.storage, "releases")).includes(`${id}.json`))
    faults.add("left", `${name}: ${folder}/${id}`);
  await server.stop();
  for (const { pid, cmdline } of await remainingOn(builder))
    faults.add("left", `${name}: ${builder.name}: ${pid} ${cmdline}`);
  await leaveHome(home, faults);
}
