import * as vscode from "vscode";
import type { HydraJobsetParams } from "../../../server/src/protocol.ts";
import { jobsetScheme, languageIds } from "../manifest.ts";
import { PageDocuments, pageNames } from "../pages/pageDocuments.ts";
import { jobsetPage, type ShownJobset } from "./jobsetPage.ts";

/** The pages about jobsets that were shown in this window. */
export class Jobsets implements vscode.Disposable {
  readonly #shown = new Map<string, ShownJobset>();
  readonly #documents: PageDocuments;

  constructor() {
    this.#documents = new PageDocuments({
      scheme: jobsetScheme,
      languageId: languageIds.jobset,
      page: uri => {
        const shown = this.#shown.get(uri.path);
        return shown && jobsetPage(shown, pageNames);
      },
      missing: vscode.l10n.t("Run the command Morph: Create Hydra Jobset... again."),
    });
  }

  /** What the page of these machines shows. */
  get(params: HydraJobsetParams): ShownJobset | undefined {
    return [...this.#shown.values()].find(shown => isSame(shown.params, params));
  }

  /** Shows or renews the page of a jobset. */
  async show(shown: ShownJobset): Promise<void> {
    const uri = uriOf(shown);
    this.#shown.set(uri.path, shown);
    this.#documents.renew(each => each.path === uri.path);
    await vscode.window.showTextDocument(uri, { preview: false });
  }

  dispose(): void {
    this.#documents.dispose();
  }
}

/** `morph-jobset:/<network>/eiffel jobset`: two networks may have machines of one name. */
function uriOf({ params, plan }: ShownJobset): vscode.Uri {
  const network = encodeURIComponent(vscode.workspace.asRelativePath(vscode.Uri.parse(params.uri, true)));
  const name = vscode.l10n.t("{0} jobset", plan.jobset.name);
  return vscode.Uri.from({ scheme: jobsetScheme, path: `/${network}/${name}` });
}

function isSame(one: HydraJobsetParams, other: HydraJobsetParams): boolean {
  return one.uri === other.uri && one.jobset === other.jobset && one.machines.join("\0") === other.machines.join("\0");
}
