import type { Timers } from "../common/throttle.ts";

/** The timers of this process. */
export const systemTimers: Timers<NodeJS.Timeout> = {
  now: () => Date.now(),
  start: (call, milliseconds) => setTimeout(call, milliseconds),
  stop: timer => clearTimeout(timer),
};
