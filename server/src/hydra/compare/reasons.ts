import type { HydraDifference } from "../../protocol.ts";
import type { HydraEvaluationRow } from "../api.ts";
import { versionLabel } from "./compareClosures.ts";

/** What a machine was evaluated from here. */
export interface OurInputs {
  readonly drvPath: string;
  /** The revision and version suffix of its nixpkgs, as far as it knows them. */
  readonly nixpkgs?:
    | { readonly revision?: string | undefined; readonly versionSuffix?: string | undefined }
    | undefined;
  /** The commit of the network's repository; absent: there is none. */
  readonly head?: string | undefined;
  /** Files whose changes are not committed. */
  readonly changed: readonly string[];
  /** The evaluator, with its origin. */
  readonly evaluator: string;
}

/** What Hydra evaluated it from. */
export interface TheirInputs {
  readonly drvPath: string;
  /** The inputs of the evaluation. */
  readonly inputs: HydraEvaluationRow["inputs"];
  /** The name of the input with the network. */
  readonly networkInput: string;
}

/** How many files are named. */
const maxNamed = 5;

/** Which inputs of two evaluations differ. Empty if none of them is known to. */
export function differentInputs(ours: OurInputs, theirs: TheirInputs): readonly HydraDifference[] {
  const labels = { ours: versionLabel(ours.drvPath), theirs: versionLabel(theirs.drvPath) };
  const nixpkgs = differentNixpkgs(ours, theirs, labels);
  const network = theirs.inputs[theirs.networkInput]?.revision;
  const reasons: HydraDifference[] = [
    ...nixpkgs,
    ...(network === undefined || ours.head === undefined || network === ours.head
      ? []
      : [{ kind: "network", theirs: network, ours: ours.head } as const]),
    ...(ours.changed.length === 0 ? [] : [{ kind: "dirty", ours: named(ours.changed) } as const]),
    ...(labels.ours === labels.theirs || nixpkgs.length > 0 ? [] : [{ kind: "version label", ...labels } as const]),
  ];
  const morph = theirs.inputs.morph?.revision;
  // Nothing else explains it, and the evaluators cannot be compared.
  return reasons.length > 0 || morph === undefined
    ? reasons
    : [{ kind: "evaluator", theirs: `morph ${morph}`, ours: ours.evaluator }];
}

function differentNixpkgs(
  { nixpkgs }: OurInputs,
  { inputs }: TheirInputs,
  labels: { readonly ours?: string | undefined; readonly theirs?: string | undefined },
): readonly HydraDifference[] {
  const theirs = inputs.nixpkgs?.revision;
  const ours = nixpkgs?.revision ?? shortRevision(nixpkgs?.versionSuffix);
  if (theirs === undefined || ours === undefined || theirs.startsWith(ours) || ours.startsWith(theirs)) return [];
  // A network that pins its own nixpkgs does not use the input.
  const pinned = shortRevision(labels.ours);
  return pinned !== undefined && labels.ours === labels.theirs ? [] : [{ kind: "nixpkgs", theirs, ours }];
}

/** The start of a revision in a version suffix or label: `26.05.20260823.abcdef0` -> `abcdef0`. */
function shortRevision(suffix = ""): string | undefined {
  return /\.([0-9a-f]{7,40})$/.exec(suffix)?.[1];
}

function named(files: readonly string[]): string {
  const names = files.slice(0, maxNamed).join(", ");
  return files.length > maxNamed ? `${names}, …` : names;
}
