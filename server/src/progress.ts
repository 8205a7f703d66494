import { t } from "@vscode/l10n";
import type { Connection, WorkDoneProgressServerReporter } from "vscode-languageserver";
import { type BuildDelta, type BuildSummary, finalStates } from "./protocol.ts";

/** Builds as work-done progress, for clients that draw none themselves. Its cancel button cancels the build. */
export class BuildProgress {
  readonly #connection: Connection;
  readonly #cancel: (id: string) => void;
  readonly #reporters = new Map<string, Promise<WorkDoneProgressServerReporter>>();

  constructor(connection: Connection, cancel: (id: string) => void) {
    this.#connection = connection;
    this.#cancel = cancel;
  }

  /** Begins to show a build that this client has started. */
  begin(summary: BuildSummary): void {
    const title = t("Build {0}", summary.machine);
    const reporter = this.#connection.window.createWorkDoneProgress().then(created => {
      created.begin(title, 0, t("evaluating"), true);
      created.token.onCancellationRequested(() => this.#cancel(summary.id));
      return created;
    });
    this.#reporters.set(summary.id, reporter);
  }

  async update({ id, summary }: BuildDelta): Promise<void> {
    const reporter = await this.#reporters.get(id);
    if (reporter === undefined) return;
    const { done, expected } = summary.progress;
    if (!finalStates.has(summary.state)) {
      const percentage = expected === 0 ? 0 : Math.floor((100 * done) / expected);
      return reporter.report(percentage, expected === 0 ? t("evaluating") : t("{0} of {1}", done, expected));
    }
    this.#reporters.delete(id);
    reporter.done();
    this.#announce(summary);
  }

  #announce({ machine, state, failure }: BuildSummary): void {
    if (failure !== undefined) this.#connection.window.showErrorMessage(`${machine}: ${failure.message}`);
    else if (state === "succeeded") this.#connection.window.showInformationMessage(t("{0} is built.", machine));
  }
}
