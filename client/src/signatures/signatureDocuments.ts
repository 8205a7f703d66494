import * as vscode from "vscode";
import type { BuildsChange } from "../builds/model.ts";
import type { BuildsStore } from "../builds/store.ts";
import { languageIds, signaturesScheme } from "../manifest.ts";
import { PageDocuments, pageNames } from "../pages/pageDocuments.ts";
import { buildOfReport } from "./signatureAddress.ts";
import { signaturePage } from "./signaturePage.ts";

/** The signature reports of builds, which follow each check. */
export function createSignatureDocuments(builds: BuildsStore): vscode.Disposable {
  /** Build -> when the signatures in its document were checked. */
  const shown = new Map<string, string | undefined>();
  const documents: PageDocuments = new PageDocuments(
    {
      scheme: signaturesScheme,
      languageId: languageIds.signatures,
      page: async uri => {
        const build = builds.summary(buildOfReport(uri));
        if (build === undefined) return undefined;
        const report = await builds.signatures(build.id).catch(() => undefined);
        shown.set(build.id, report?.at);
        return report && signaturePage(build, report, pageNames);
      },
      missing: vscode.l10n.t(
        "There is no signature report: the build was removed, or its signatures were not checked.",
      ),
    },
    // After a start, a document may be open before its build is known.
    builds.onDidLoad(() => documents.renew()),
    builds.onDidChange(change => {
      if (isNewer(change)) documents.renew(uri => buildOfReport(uri) === change.id);
    }),
  );
  return documents;

  function isNewer(change: BuildsChange): change is BuildsChange & { readonly kind: "build" } {
    if (change.kind !== "build" || !shown.has(change.id)) return false;
    return builds.summary(change.id)?.signatureCheck?.at !== shown.get(change.id);
  }
}
