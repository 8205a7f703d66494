/**
 * How a closure gets into the store of a machine. `push`: Morph copies it with `nix-copy-closure`; `substitute`: the machine fetches it
 * from its own caches, and Morph pushes the rest (`deployment.substituteOnDestination`); `copy`: `nix copy --to ssh-ng://...`; `fetch`:
 * this machine fetches it from its caches first.
 */
export type Route = "push" | "substitute" | "copy" | "fetch";

/** Whether a machine accepts a closure by one route. For `fetch` it is this machine that accepts it. */
export interface RouteVerdict {
  readonly route: Route;
  /** Morph takes this route. */
  readonly used?: true | undefined;
  /** `refused`: at least one path is. `unknown`: none is, but it is not known of all. */
  readonly verdict: "accepted" | "refused" | "unknown";
  /** The numbers of paths. */
  readonly accepted: number;
  readonly refused: number;
  readonly unknown: number;
  /** The reason, as text for the user. */
  readonly why: string;
}
