import type { Diagnostic } from "vscode-languageserver-types";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import type { Steps } from "../../util/slices.ts";
import { encloses } from "../ranges.ts";
import { diagnosticOfRemark, type Remark } from "./codes.ts";
import { type IsMissing, importRemarks } from "./imports.ts";
import { modulesOf } from "./modules.ts";
import { unusableNames, unusablePath } from "./morphsOwn.ts";
import { dottedNames, unknownTags } from "./names.ts";
import { deploymentRemarks, networkRemarks } from "./options.ts";
import { secretRemarks } from "./secrets.ts";
import { conflictingSystems, systemRemarks, unknownSystems } from "./systems.ts";

/**
 * What the text of a network file gets wrong, as far as that is certain without evaluating it. Of thousands of machines that
 * takes a while, so it may rest between two checks, as long as the document stays the same.
 */
export function* networkChecks(document: NixDocument, network: Network, isMissing: IsMissing): Steps<Diagnostic[]> {
  if (network.problems.some(({ code }) => code === "too-many-machines")) return [];
  const modules = yield* modulesOf(document, network);
  const dotted = dottedNames(document);
  const checks: (() => readonly Remark[])[] = [
    () => dotted,
    () => unknownSystems(document, network, modules),
    () => conflictingSystems(document, network, modules),
    () => systemRemarks(document, network).filter(remark => !dotted.some(name => isOfSame(name, remark))),
    () => networkRemarks(document),
    () => deploymentRemarks(document, network, modules),
    () => importRemarks(document, isMissing),
    () => unknownTags(document, network),
    () => unusableNames(network),
    () => unusablePath(document),
    () => secretRemarks(document, modules),
  ];
  const remarks: Remark[] = [];
  for (const check of checks) {
    for (const remark of check()) remarks.push(remark);
    yield;
  }
  return remarks.map(diagnosticOfRemark);
}

/** A machine that is none gets no advice on its system. */
function isOfSame(dotted: Remark, { code, range }: Remark): boolean {
  return code === "no-system" && encloses(dotted.range, range);
}
