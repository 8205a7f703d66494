import type { BuildSummary } from "../../../server/src/protocol.ts";
import { isFailed, isUnfinished } from "./state.ts";

/** Which builds the view shows. */
export type BuildsFilter =
  | { readonly kind: "all" }
  | { readonly kind: "running" }
  | { readonly kind: "failed" }
  | { readonly kind: "machine"; readonly machine: string };

export function passes(filter: BuildsFilter, build: BuildSummary): boolean {
  switch (filter.kind) {
    case "all":
      return true;
    case "running":
      return isUnfinished(build);
    case "failed":
      return isFailed(build);
    case "machine":
      return build.machine === filter.machine;
  }
}
