import type { Timers } from "../../../server/src/common/throttle.ts";

/** The timers of the extension host. */
export const systemTimers: Timers<NodeJS.Timeout> = {
  now: () => Date.now(),
  start: (call, milliseconds) => setTimeout(call, milliseconds),
  stop: timer => clearTimeout(timer),
};
