import * as l10n from "@vscode/l10n";
import type { Route, RouteVerdict } from "../../protocol.ts";

/** Unknown is a value: keys or a cache that could say so are not known. */
export type Acceptance = "yes" | "no" | "unknown";

/** A path of a closure, as a machine would judge it. */
export interface RoutedPath {
  readonly path: string;
  /** Whether it is accepted with the signatures that it has in the store here, which are copied with it; or needs none. */
  readonly copied: Acceptance;
  /** Whether it is accepted from a cache that the machine uses. */
  readonly substituted: Acceptance;
  /** Whether it is accepted here, from a cache that this machine uses. */
  readonly fetched: Acceptance;
}

/** What a machine's configuration says about who may add paths to its store, and how Morph gets there. */
export interface RouteTarget {
  readonly machine: string;
  /** The user that Morph logs in as; undefined: as ssh decides. */
  readonly login: string | undefined;
  /** Whether the machine's Nix trusts that user. */
  readonly trusts: Acceptance;
  /** Setting `require-sigs`. */
  readonly requiresSignatures: boolean;
  /** Morph's `deployment.substituteOnDestination`. */
  readonly substitutes: boolean;
}

/**
 * Whether a machine will accept a closure, by how it gets there. A signature is looked at only by the store that a path is added to:
 *
 * - `push`: `nix-copy-closure`, as Morph does (`nix-store --serve --write`). Does not check signatures, but the daemon of a user whom it
 *   does not trust does (`daemon.cc`, `AddToStoreNar`).
 * - `copy`: `nix copy --to ssh-ng://...`. Checks signatures of any user, unless a trusted user adds `--no-check-sigs`.
 * - `substitute`: the machine fetches it from its own caches (`substituteOnDestination`), and Morph pushes the rest.
 * - `fetch`: this machine fetches it from its caches first.
 *
 * Empty if nothing is known of the closure. What is pushed or copied carries the signatures that it has in the store here: those in a cache do not count.
 */
export function routeVerdicts(paths: readonly RoutedPath[], target: RouteTarget): readonly RouteVerdict[] {
  if (paths.length === 0) return [];
  const push = pushed(paths, target);
  const substitute = substituted(paths, target, push);
  const used = target.substitutes ? "substitute" : "push";
  return [push, substitute, copied(paths, target), fetched(paths)].map(verdict =>
    verdict.route === used ? { ...verdict, used: true as const } : verdict,
  );
}

/** Whether a path is accepted if Morph pushes it. */
function pushing({ copied }: RoutedPath, { trusts, requiresSignatures }: RouteTarget): Acceptance {
  if (!requiresSignatures || trusts === "yes" || copied === "yes") return "yes";
  return trusts === "unknown" ? "unknown" : copied;
}

function pushed(paths: readonly RoutedPath[], target: RouteTarget): RouteVerdict {
  const { machine, login, trusts, requiresSignatures } = target;
  const counted = count("push", paths, path => pushing(path, target));
  const user = login ?? l10n.t("the user that ssh logs in as");
  const unsigned = paths.filter(({ copied: each }) => each !== "yes").length;
  const why = () => {
    if (!requiresSignatures) return noSignatures(machine);
    if (trusts === "yes") return l10n.t("{0} trusts {1}, whose paths need no signature.", machine, user);
    if (unsigned === 0) return signedHere(machine);
    return trusts === "no"
      ? l10n.t(
          "{0} does not trust {1}, so it checks the signatures that the paths have in the store here: {2} of {3} have none of its 'trusted-public-keys'. Add the user to its 'trusted-users', or sign the paths.",
          machine,
          user,
          unsigned,
          paths.length,
        )
      : l10n.t(
          "If {0} is root or one of its 'trusted-users', {1} needs no signatures. Otherwise {2} of {3} paths lack one in the store here.",
          user,
          machine,
          unsigned,
          paths.length,
        );
  };
  return { ...counted, why: why() };
}

function copied(paths: readonly RoutedPath[], { machine, requiresSignatures }: RouteTarget): RouteVerdict {
  if (!requiresSignatures) return everything("copy", paths, noSignatures(machine));
  const counted = count("copy", paths, path => path.copied);
  if (counted.accepted === paths.length) return { ...counted, why: signedHere(machine) };
  return {
    ...counted,
    why: l10n.t(
      "'nix copy' checks the signatures that the paths have in the store here: {0} of {1} have none that {2} trusts. A trusted user may add '--no-check-sigs'.",
      paths.length - counted.accepted,
      paths.length,
      machine,
    ),
  };
}

/** What the caches of the machine do not have, or what it does not accept from them, is pushed. */
function substituted(paths: readonly RoutedPath[], target: RouteTarget, push: RouteVerdict): RouteVerdict {
  const { machine } = target;
  const counted = count("substitute", paths, path => {
    const rest = path.substituted === "yes" ? "yes" : pushing(path, target);
    return rest === "no" ? path.substituted : rest;
  });
  const there = paths.filter(path => path.substituted === "yes").length;
  if (there === paths.length)
    return {
      ...counted,
      why: l10n.t("{0} fetches all of it from its own caches, signed by keys that it trusts.", machine),
    };
  const some = l10n.t(
    "{0} fetches {1} of {2} paths from its own caches. The others are pushed.",
    machine,
    there,
    paths.length,
  );
  return { ...counted, why: `${some} ${push.why}` };
}

function fetched(paths: readonly RoutedPath[]): RouteVerdict {
  const counted = count("fetch", paths, path => path.fetched);
  const why =
    counted.accepted === paths.length
      ? l10n.t("A cache of this machine has all of it, signed by keys that are trusted here.")
      : l10n.t(
          "{0} of {1} paths are in a cache of this machine, signed by keys that are trusted here. The others can only be built.",
          counted.accepted,
          paths.length,
        );
  return { ...counted, why };
}

function noSignatures(machine: string): string {
  return l10n.t("{0} accepts paths without signatures ('require-sigs = false').", machine);
}

function signedHere(machine: string): string {
  return l10n.t("All paths have a signature that {0} trusts in the store here, or need none.", machine);
}

function everything(route: Route, paths: readonly RoutedPath[], why: string): RouteVerdict {
  return { route, verdict: "accepted", accepted: paths.length, refused: 0, unknown: 0, why };
}

function count(route: Route, paths: readonly RoutedPath[], acceptance: (path: RoutedPath) => Acceptance): RouteVerdict {
  const answers = paths.map(acceptance);
  const number = (wanted: Acceptance) => answers.filter(answer => answer === wanted).length;
  const [accepted, refused, unknown] = [number("yes"), number("no"), number("unknown")];
  return {
    route,
    verdict: refused > 0 ? "refused" : unknown > 0 ? "unknown" : "accepted",
    accepted,
    refused,
    unknown,
    why: "",
  };
}
