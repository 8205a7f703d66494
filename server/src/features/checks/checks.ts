import type { Diagnostic } from "vscode-languageserver-types";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { encloses } from "../ranges.ts";
import { diagnosticOfRemark, type Remark } from "./codes.ts";
import { type IsMissing, importRemarks } from "./imports.ts";
import { modulesOf } from "./modules.ts";
import { dottedNames, unknownTags } from "./names.ts";
import { deploymentRemarks, networkRemarks } from "./options.ts";
import { secretRemarks } from "./secrets.ts";
import { conflictingSystems, systemRemarks, unknownSystems } from "./systems.ts";

/** What the text of a network file gets wrong, as far as that is certain without evaluating it. */
export function networkChecks(document: NixDocument, network: Network, isMissing: IsMissing): Diagnostic[] {
  const modules = modulesOf(document, network);
  const dotted = dottedNames(document);
  return [
    ...dotted,
    ...unknownSystems(document, network, modules),
    ...conflictingSystems(document, modules),
    ...systemRemarks(document, network).filter(remark => !dotted.some(name => isOfSame(name, remark))),
    ...networkRemarks(document),
    ...deploymentRemarks(document, modules),
    ...importRemarks(document, isMissing),
    ...unknownTags(document, network),
    ...secretRemarks(document, modules),
  ].map(diagnosticOfRemark);
}

/** A machine that is none gets no advice on its system. */
function isOfSame(dotted: Remark, { code, range }: Remark): boolean {
  return code === "no-system" && encloses(dotted.range, range);
}
