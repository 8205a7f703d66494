import type { Builder, BuilderId, Problem } from "../../../server/src/protocol.ts";
import { isBuilderTarget } from "../targets.ts";

/** Which problem of a builder is meant: that of a system or of a feature that it refused, or else that of its last check. */
export interface ProblemSubject {
  readonly builder: BuilderId;
  readonly system?: string | undefined;
  readonly feature?: string | undefined;
}

/** The subject that an argument of a menu identifies. */
export function problemSubjectOf(value: unknown): ProblemSubject | undefined {
  if (!isBuilderTarget(value)) return undefined;
  const text = (key: string) => {
    const found: unknown = Reflect.get(value, key);
    return typeof found === "string" ? found : undefined;
  };
  return { builder: value.builder, system: text("system"), feature: text("feature") };
}

export function problemAbout(
  { check, offers }: Builder,
  { system, feature }: Partial<ProblemSubject>,
): Problem | undefined {
  if (system !== undefined)
    return refusalOf(offers.flatMap(({ systems }) => systems).filter(each => each.system === system));
  if (feature !== undefined)
    return refusalOf(
      offers.flatMap(({ refusedFeatures = [] }) => refusedFeatures).filter(each => each.feature === feature),
    );
  return check?.problem;
}

function refusalOf(list: readonly { readonly refusal?: Problem | undefined }[]): Problem | undefined {
  return list.find(({ refusal }) => refusal !== undefined)?.refusal;
}
