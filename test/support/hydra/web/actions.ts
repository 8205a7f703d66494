import { type Build, seconds } from "../database.ts";
import type { Exchange } from "./exchange.ts";

/** Ends an unfinished build: its result is there immediately, its processes end a little later. */
export function cancelBuild({ site }: Exchange, build: Build): void {
  const now = seconds();
  Object.assign(build, { finished: true, buildstatus: 4, starttime: now, stoptime: now });
  site.cancel(build.id);
}

/** Queues a finished build again. It keeps its result until it has a new one. */
export function restartBuild({ site }: Exchange, build: Build): void {
  build.finished = false;
  site.forgetFailures(build.id);
  site.wake();
}
