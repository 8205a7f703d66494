import type { HydraInput, HydraJobset } from "../../protocol.ts";

/** What a jobset that we create depends on. */
export interface JobsetFacts {
  readonly name: string;
  readonly machines: readonly string[];
  readonly expressionPath: string;
  /** Values of the inputs of type `git`. `morph` is absent if the evaluator is a file of the repository. */
  readonly inputs: { readonly network: string; readonly nixpkgs: string; readonly morph?: string | undefined };
  /** The jobset on the server, if there is one: inputs that we do not need stay, and so does what we have no opinion of. */
  readonly existing?: HydraJobset | undefined;
}

/** Morph's repository, for its evaluator. */
const morphRepository = "https://github.com/DBCDK/morph.git";

/** The value of the input `morph`. @param version of the user's Morph: of a release, its evaluator is used. */
export function morphInput(version: string | undefined): string {
  const release = version === undefined ? undefined : /^v?(\d+\.\d+\.\d+)$/.exec(version)?.[1];
  return `${morphRepository} ${release === undefined ? "master" : `v${release}`}`;
}

/** The jobset of machines: checked every hour, with the results of its last three evaluations kept. */
export function plannedJobset({ name, machines, expressionPath, inputs, existing }: JobsetFacts): HydraJobset {
  const ours = Object.entries(inputs).flatMap(([input, value]) =>
    value === undefined ? [] : [[input, gitInputOf(value, existing?.inputs[input])] as const],
  );
  return {
    name,
    description: existing?.description || descriptionOf(machines),
    enabled: existing === undefined || existing.enabled === 0 ? 1 : existing.enabled,
    visible: existing?.visible ?? true,
    expressionInput: "network",
    expressionPath,
    checkInterval: 3600,
    schedulingShares: existing?.schedulingShares ?? 100,
    keepEvaluations: 3,
    inputs: { ...existing?.inputs, ...Object.fromEntries(ours) },
  };
}

function gitInputOf(value: string, existing: HydraInput | undefined): HydraInput {
  return { type: "git", value, ...(existing?.emailResponsible === true && { emailResponsible: true }) };
}

/** In English: everyone who sees the jobset sees it. */
function descriptionOf(machines: readonly string[]): string {
  const names = machines.slice(0, 10).join(", ");
  if (machines.length === 1) return `Morph machine ${names}`;
  return machines.length > 10 ? `${machines.length} Morph machines` : `Morph machines ${names}`;
}

/** The jobset as an entry of `spec.json` of a declarative project (Hydra's manual, "Declarative projects"). */
export function specOf(jobset: HydraJobset): string {
  const inputs = Object.entries(jobset.inputs).map(([name, { type, value, emailResponsible = false }]) => [
    name,
    { type, value, emailresponsible: emailResponsible },
  ]);
  const entry = {
    enabled: jobset.enabled,
    hidden: !jobset.visible,
    description: jobset.description,
    nixexprinput: jobset.expressionInput,
    nixexprpath: jobset.expressionPath,
    checkinterval: jobset.checkInterval,
    schedulingshares: jobset.schedulingShares,
    enableemail: false,
    emailoverride: "",
    keepnr: jobset.keepEvaluations,
    inputs: Object.fromEntries(inputs),
  };
  return `${JSON.stringify({ [jobset.name]: entry }, undefined, 2)}\n`;
}
