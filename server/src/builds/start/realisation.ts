import { createHash } from "node:crypto";
import * as l10n from "@vscode/l10n";
import { storeName } from "../../common/storeName.ts";
import { type NixOptions, optionArguments } from "../../nix/nixOptions.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import { type BuilderId, type BuildParams, localBuilder, type Place, type Problem } from "../../protocol.ts";
import { storeUri } from "../../ssh/storeUri.ts";
import { storeOfLine } from "../../ssh/target.ts";

/** Where a build runs by default. */
export const defaultPlace: Place = { kind: "schedule" };

/** Stands for the path of the GC root in the arguments of a detached build: only its builder knows that. */
export const remoteRoot = "@ROOT@";

/** The machine lines that a build may give to Nix. */
export interface MachineLines {
  /** Remote builder -> the lines that make Nix use it. */
  readonly byBuilder: ReadonlyMap<BuilderId, readonly string[]>;
  /** Nix's own setting `builders`. */
  readonly setting: string;
  /** Lines for Nix in addition to its own. */
  readonly added: readonly string[];
  /** Nix's daemon ignores the builders that this user chooses, so none are chosen for it. */
  readonly areIgnored: boolean;
}

/**
 * Arguments for `nix-store` that realise a derivation at a place, with a GC root for the result (`root`). In a store that is not on
 * this machine, Nix makes no root; the option then only identifies the process. Problems: `unknown-builder`, `untrusted-user`,
 * `unsupported-place`.
 *
 * @param options the network's own; the request takes precedence over them.
 */
export function realisationArguments(
  drvPath: string,
  root: string,
  { place = defaultPlace, keepFailed, detached }: Pick<BuildParams, "place" | "keepFailed" | "detached">,
  machines: MachineLines,
  options: NixOptions = {},
): Outcome<readonly string[]> {
  const isDetached = place.kind === "store" && detached === true;
  const placement: Outcome<readonly string[]> = isDetached ? { value: [] } : placementArguments(place, machines);
  if ("problem" in placement) return placement;
  const log = ["--log-format", "internal-json", "-v"];
  const keeping = keepFailed === true ? ["--keep-failed"] : [];
  const asked = [...optionArguments(options), ...keeping, ...placement.value];
  return {
    value: ["--realise", drvPath, "--add-root", isDetached ? remoteRoot : root, "--indirect", ...log, ...asked],
  };
}

function placementArguments(place: Place, machines: MachineLines): Outcome<readonly string[]> {
  switch (place.kind) {
    case "schedule":
      return scheduleArguments(place.without ?? [], machines);
    case "only":
      return builderArguments(place.builder, machines);
    case "store":
      return storeArguments(place.store, machines);
    case "hydra":
      return { problem: errorProblem("unsupported-place", l10n.t("Nix does not build on Hydra.")) };
  }
}

function scheduleArguments(
  without: readonly BuilderId[],
  { byBuilder, setting, added, areIgnored }: MachineLines,
): Outcome<readonly string[]> {
  if (without.length > 0) {
    if (areIgnored) return { problem: untrustedUser() };
    const others = [...byBuilder].flatMap(([id, own]) => (without.includes(id) ? [] : own));
    return { value: ["--builders", others.join(" ; ")] };
  }
  // Its own setting stays as it is: it may name files that only the daemon can read.
  return { value: added.length === 0 || areIgnored ? [] : ["--builders", [setting, ...added].join("\n").trim()] };
}

function builderArguments(builder: BuilderId, { byBuilder, areIgnored }: MachineLines): Outcome<readonly string[]> {
  // Even an untrusted user may use no builders at all (`daemon.cc`).
  if (builder === localBuilder) return { value: ["--builders", ""] };
  const own = byBuilder.get(builder);
  if (own === undefined)
    return {
      problem: errorProblem(
        "unknown-builder",
        l10n.t("Nix has no builder {0}. Choose another, or add it to Nix's 'builders'.", builder),
      ),
    };
  if (areIgnored) return { problem: untrustedUser() };
  return { value: ["--builders", own.join(" ; "), "--max-jobs", "0"] };
}

function storeArguments(builder: BuilderId, { byBuilder }: MachineLines): Outcome<readonly string[]> {
  const store = storeAt(builder, byBuilder);
  return "problem" in store ? store : { value: ["--option", "store", store.value] };
}

/** Whether a place requires that Nix's daemon trusts us. */
export function needsTrust(place: Place): boolean {
  if (place.kind === "schedule") return (place.without ?? []).length > 0;
  return place.kind === "only" && place.builder !== localBuilder;
}

/** The daemon would ignore the chosen builders, but not that nothing may be built locally. */
export function untrustedUser(): Problem {
  return errorProblem(
    "untrusted-user",
    l10n.t(
      "Nix's daemon does not let your user choose builders: it is not one of the daemon's 'trusted-users'. Build with 'Any builder' or on this machine, or add your user to 'trusted-users' in the daemon's nix.conf and restart the daemon.",
    ),
  );
}

/** The address with which Nix opens the store of a builder. Problem: `unsupported-place`. */
export function storeAt(builder: BuilderId, lines: ReadonlyMap<BuilderId, readonly string[]>): Outcome<string> {
  const [line] = lines.get(builder) ?? [];
  const address = storeUri(line === undefined ? { uri: builder } : storeOfLine(line, builder));
  if (address !== undefined) return { value: address };
  return {
    problem: errorProblem(
      "unsupported-place",
      l10n.t("{0} is not reached over ssh, so nothing can be built in its store.", storeName(builder)),
    ),
  };
}

/** A place as part of a file name, different for each place. */
export function placeKey(place: Place): string {
  const name = nameOfPlace(place);
  return `${place.kind}-${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
}

function nameOfPlace(place: Place): string {
  switch (place.kind) {
    case "schedule":
      return (place.without ?? []).toSorted().join(" ");
    case "only":
      return place.builder;
    case "store":
      return place.store;
    case "hydra":
      return `${place.project}:${place.jobset}`;
  }
}
