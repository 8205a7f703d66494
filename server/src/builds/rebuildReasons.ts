import * as l10n from "@vscode/l10n";
import { derivationChanges } from "../nix/derivations/changes.ts";
import { errorProblem, type Outcome } from "../outcome.ts";
import type { BuildSummary, RebuildReasons } from "../protocol.ts";
import { readBounded } from "../storage/regularFile.ts";
import type { BuildRecords } from "./record/record.ts";

/** Larger files are not derivations (bytes). */
const maxBytes = 32 * 1024 * 1024;

/** Compares a build with the previous successful build, or else with the previous evaluated one. */
export async function rebuildReasons(
  build: BuildSummary,
  builds: readonly BuildSummary[],
  records: BuildRecords,
): Promise<Outcome<RebuildReasons>> {
  if (build.drvPath === undefined)
    return {
      problem: errorProblem("not-evaluated", l10n.t("This build was not evaluated, so it cannot be compared.")),
    };
  const earlier = builds.filter(
    other => other.id < build.id && other.drvPath !== undefined && isOfSameOutput(other, build),
  );
  const previous = earlier.find(({ state }) => state === "succeeded") ?? earlier[0];
  if (previous?.drvPath === undefined)
    return {
      problem: {
        code: "no-earlier-build",
        severity: "info",
        message: l10n.t("There is no earlier build of {0} to compare with.", build.machine),
      },
    };
  const changes = await derivationChanges(previous.drvPath, build.drvPath, async file =>
    (await readBounded(file, maxBytes))?.toString("utf8"),
  );
  const [before, after] = [await revisionOf(previous.id, records), await revisionOf(build.id, records)];
  return {
    value: {
      previous: { id: previous.id, startedAt: previous.startedAt },
      nixpkgs: before === after ? undefined : { before, after },
      changes,
    },
  };
}

function isOfSameOutput(one: BuildSummary, other: BuildSummary): boolean {
  return one.uri === other.uri && one.machine === other.machine && one.attribute === other.attribute;
}

async function revisionOf(id: string, records: BuildRecords): Promise<string | undefined> {
  const { evaluation } = (await records.read(id, "evaluation")) ?? {};
  const nixpkgs = evaluation?.provenance?.nixpkgs;
  return nixpkgs?.revision ?? nixpkgs?.versionSuffix ?? undefined;
}
