import { type Process, processes } from "../support/processes.ts";
import type { Faults } from "./attack.ts";

/** Polling interval for running processes (ms). */
const period = 100;

/** Counts derivations that two Nix processes realise at the same time. Returns a function that ends the watch. */
export function watchRealisations(faults: Faults): () => void {
  /** Pairs that were seen the last time: one that is seen once may be a Nix between its end and its replacement. */
  let seen = new Set<string>();
  const counted = new Set<string>();
  const timer = setInterval(() => {
    const pairs = doubles(processes());
    for (const pair of pairs) {
      if (!seen.has(pair) || counted.has(pair)) continue;
      counted.add(pair);
      faults.add("double", pair);
    }
    seen = new Set(pairs);
  }, period);
  return () => clearInterval(timer);
}

/** Each derivation with two processes that realise it at the same place. */
function doubles(all: readonly Process[]): string[] {
  // What only keeps paths by GC roots writes no events.
  const realising = all.flatMap(each => {
    const [, drvPath, rest] =
      /nix-store --realise (\S+) --add-root \S+ (.*--log-format internal-json.*)/.exec(each.cmdline) ?? [];
    return drvPath === undefined ? [] : [{ ...each, what: `${drvPath} ${rest}` }];
  });
  const pids = new Set(realising.map(({ pid }) => pid));
  // A child of Nix is Nix until it has become a builder.
  const whole = realising.filter(({ parent }) => !pids.has(parent));
  return whole.flatMap(first =>
    whole.flatMap(second =>
      first.what === second.what && first.pid < second.pid ? [`${first.what}: ${first.pid}, ${second.pid}`] : [],
    ),
  );
}
