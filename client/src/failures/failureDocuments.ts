import * as vscode from "vscode";
import type { BuildsStore } from "../builds/store.ts";
import { failureScheme, languageIds } from "../manifest.ts";
import { PageDocuments, pageNames } from "../pages/pageDocuments.ts";
import { failedBuildOf } from "./failureAddress.ts";
import { failurePage } from "./failurePage.ts";

/** The pages about failed builds. */
export function createFailureDocuments(builds: BuildsStore): vscode.Disposable {
  const documents: PageDocuments = new PageDocuments(
    {
      scheme: failureScheme,
      languageId: languageIds.failure,
      page: uri => {
        const build = builds.summary(failedBuildOf(uri));
        return build && failurePage(build, pageNames);
      },
      missing: vscode.l10n.t("This build was removed, or is not known yet."),
    },
    // After a start, a page may be open before its build is known.
    builds.onDidLoad(() => documents.renew()),
  );
  return documents;
}
