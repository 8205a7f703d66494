import type { Diagnostic } from "vscode-languageserver-types";
import { morphOptions } from "../../options/options.ts";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import type { Interruptible } from "../../util/steps.ts";
import { encloses } from "../names/ranges.ts";
import { CleanModules } from "./cleanModules.ts";
import { diagnosticOfRemark, type Remark } from "./codes.ts";
import { type IsMissing, importRemarks } from "./imports.ts";
import { eachModule } from "./modules.ts";
import { unusableNames, unusablePath } from "./morphsOwn.ts";
import { dottedNames, unknownTags } from "./names.ts";
import { declaringModules, deploymentRemarks, networkRemarks } from "./options.ts";
import { secretRemarks, secretSources } from "./secrets.ts";
import {
  conflictingSystems,
  decidedModules,
  systemRemarks,
  unknownSystems,
  unknownSystemsIn,
  type WrittenSystem,
} from "./systems.ts";

/**
 * Mistakes in the text of a network file that are certain without evaluating it. With thousands of machines that takes a while,
 * so it may pause between two checks, as long as the document does not change.
 *
 * @param clean what is known from checking the same document before.
 */
export function* networkChecks(
  document: NixDocument,
  network: Network,
  isMissing: IsMissing,
  clean: CleanModules = new CleanModules(),
): Interruptible<Diagnostic[]> {
  if (network.problems.some(({ code }) => code === "too-many-machines")) return [];
  const found = yield* checkModules(document, network, clean);
  const dotted = dottedNames(document);
  const checks: (() => readonly Remark[])[] = [
    () => dotted,
    () => unknownSystems(document, network, found.unknownSystems),
    () => found.remarks,
    () => systemRemarks(document, network).filter(remark => !dotted.some(name => isOfSame(name, remark))),
    () => networkRemarks(document),
    () => importRemarks(document, isMissing),
    () => unknownTags(document, network),
    () => unusableNames(network),
    () => unusablePath(document),
    () => secretRemarks(document, found.secretSources),
  ];
  const remarks: Remark[] = [];
  for (const check of checks) {
    for (const remark of check()) remarks.push(remark);
    yield;
  }
  return remarks.map(diagnosticOfRemark);
}

/** The results of checking each module on its own. */
interface OfModules {
  readonly remarks: readonly Remark[];
  readonly unknownSystems: readonly WrittenSystem[];
  readonly secretSources: ReadonlySet<string>;
}

function* checkModules(document: NixDocument, network: Network, clean: CleanModules): Interruptible<OfModules> {
  const [decided, declaring] = [decidedModules(network), declaringModules(network)];
  clean.begin(document);
  const options = morphOptions();
  const remarks: Remark[] = [];
  const systems: WrittenSystem[] = [];
  const sources = new Set<string>();
  for (const module of eachModule(document, network)) {
    const [isDecided, isDeclaring] = [decided.has(module.name), declaring.has(module.name)];
    const depends = `${isDecided} ${isDeclaring}`;
    if (!clean.has(module, depends)) {
      const wrong = [
        ...(isDecided ? [] : conflictingSystems(document, module)),
        ...(isDeclaring ? [] : deploymentRemarks(document, module, options)),
      ];
      const [unknown, secrets] = [unknownSystemsIn(module), secretSources(module)];
      if (wrong.length + unknown.length + secrets.length === 0) clean.add(module, depends);
      else clean.delete(module);
      remarks.push(...wrong);
      systems.push(...unknown);
      for (const source of secrets) sources.add(source);
    }
    yield;
  }
  return { remarks, unknownSystems: systems, secretSources: sources };
}

/** An attribute that is not a machine gets no diagnostic about its system. */
function isOfSame(dotted: Remark, { code, range }: Remark): boolean {
  return code === "no-system" && encloses(dotted.range, range);
}
