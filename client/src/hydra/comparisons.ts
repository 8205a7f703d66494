import * as vscode from "vscode";
import type { HydraComparison } from "../../../server/src/protocol.ts";
import { comparisonScheme, languageIds } from "../manifest.ts";
import { PageDocuments, pageNames } from "../pages/pageDocuments.ts";
import { comparisonPage } from "./comparisonPage.ts";

interface Compared {
  readonly uri: string;
  readonly comparison: HydraComparison;
}

/** The pages that compare Hydra's builds with evaluations here: the last comparison of each machine in this window. */
export class Comparisons implements vscode.Disposable {
  /** Document -> what it shows. */
  readonly #shown = new Map<string, Compared>();
  readonly #documents = new PageDocuments({
    scheme: comparisonScheme,
    languageId: languageIds.comparison,
    page: uri => {
      const compared = this.#shown.get(uri.toString());
      return compared && comparisonPage(compared.uri, compared.comparison, pageNames, Date.now());
    },
    missing: vscode.l10n.t("There is no comparison: run 'Compare with Hydra' for the machine again."),
  });

  /** Opens the page of a comparison, or shows it in the one that is open. @param uri that of the network. */
  async show(uri: string, comparison: HydraComparison): Promise<void> {
    const document = documentOf(uri, comparison.machine);
    this.#shown.set(document.toString(), { uri, comparison });
    this.#documents.renew(each => each.toString() === document.toString());
    await vscode.commands.executeCommand("vscode.open", document, {});
  }

  dispose(): void {
    this.#documents.dispose();
  }
}

/** `morph-comparison:/<network>/eiffel on Hydra` */
function documentOf(network: string, machine: string): vscode.Uri {
  const name = vscode.l10n.t("{0} on Hydra", machine.replaceAll("/", "_"));
  return vscode.Uri.from({ scheme: comparisonScheme, path: `/${encodeURIComponent(network)}/${name}` });
}
