import type { SignatureAdvice, SignatureReport, SignatureStatus } from "../../protocol.ts";
import { archivesMissing, differs, onlyHere } from "./elsewhere.ts";
import { invalid } from "./invalid.ts";
import { notRequired } from "./notRequired.ts";
import { type Counted, needsAttention, type OfferGroup, offerGroups, offersOf } from "./offers.ts";
import { unreachable } from "./unreachable.ts";
import { unsigned } from "./unsigned.ts";
import { untrusted } from "./untrusted.ts";

/**
 * What to do about a closure's signatures, the most urgent first.
 *
 * @param id of the build, for the commands of the fixes.
 */
export function signatureAdvice(id: string, report: SignatureReport): readonly SignatureAdvice[] {
  const groups = offerGroups(report);
  const required = groups.filter(({ cache }) => cache.needsNoSignature === undefined);
  const { paths, caches } = report;
  const of = (...statuses: readonly SignatureStatus[]) => paths.filter(({ status }) => statuses.includes(status));
  const different = of("differs");
  const here = of("builtHere", "missing");
  const usable = caches.filter(({ reachable, url }) => reachable && url !== "").map(({ url }) => url);
  return [
    ...ofGroups(groups, "invalid", group => invalid(id, group, report)),
    ...(different.length === 0
      ? []
      : [{ status: "differs", count: different.length, problem: differs(different) } as const]),
    ...missingArchives(id, report),
    ...ofGroups(required, "untrusted", group => untrusted(id, group, report.trustedKeys ?? [])),
    ...ofGroups(required, "unsigned", group => [{ count: group.offers.length, problem: unsigned(id, group) }]),
    ...caches.flatMap(cache => {
      const problem = unreachable(id, cache);
      return problem === undefined ? [] : [{ cache: cache.url, count: cache.counts?.unreachable ?? 0, problem }];
    }),
    ...["untrusted" as const, "unsigned" as const].flatMap(status =>
      ofGroups(groups, status, ({ cache, offers }) =>
        cache.needsNoSignature === undefined
          ? []
          : [{ count: offers.length, problem: notRequired(cache.url, cache.needsNoSignature) }],
      ),
    ),
    ...(here.length === 0 ? [] : [{ status: "builtHere", count: here.length, problem: onlyHere(id, usable) } as const]),
  ];
}

function ofGroups(
  groups: readonly OfferGroup[],
  status: OfferGroup["status"] & SignatureStatus,
  problems: (group: OfferGroup) => readonly Counted[],
): SignatureAdvice[] {
  return groups
    .filter(group => group.status === status)
    .flatMap(group => problems(group).map(counted => ({ cache: group.cache.url, status, ...counted })));
}

function missingArchives(id: string, { paths }: SignatureReport): SignatureAdvice[] {
  const counts = new Map<string, number>();
  for (const path of paths.filter(needsAttention))
    for (const { cache, narMissing } of offersOf(path))
      if (narMissing === true) counts.set(cache, (counts.get(cache) ?? 0) + 1);
  return [...counts].map(([cache, count]) => {
    return { cache, status: "trusted", count, problem: archivesMissing(id, cache) };
  });
}
