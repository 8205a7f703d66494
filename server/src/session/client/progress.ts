import * as l10n from "@vscode/l10n";
import {
  type Connection,
  MessageType,
  ShowMessageNotification,
  type WorkDoneProgressServerReporter,
} from "vscode-languageserver";
import type { Log } from "../../logging/log.ts";
import { type BuildDelta, type BuildSummary, finalStates } from "../../protocol.ts";

/** Shows builds as work-done progress, for clients that do not show builds themselves. Its cancel button cancels the build. */
export class BuildProgress {
  readonly #connection: Connection;
  readonly #log: Log;
  readonly #cancel: (id: string) => void;
  readonly #reporters = new Map<string, Promise<WorkDoneProgressServerReporter | undefined>>();

  constructor(connection: Connection, log: Log, cancel: (id: string) => void) {
    this.#connection = connection;
    this.#log = log;
    this.#cancel = cancel;
  }

  /** Starts to show a build that this client requested. */
  begin(summary: BuildSummary): void {
    const title = l10n.t("Build {0}", summary.machine);
    const reporter = this.#connection.window.createWorkDoneProgress().then(created => {
      created.begin(title, 0, l10n.t("evaluating"), true);
      created.token.onCancellationRequested(() => this.#cancel(summary.id));
      return created;
    });
    const orNone = reporter.catch(error => {
      this.#log.warning(`The progress of ${summary.machine} cannot be shown: the client refused it`, error);
      return undefined;
    });
    this.#reporters.set(summary.id, orNone);
  }

  async update({ id, summary }: BuildDelta): Promise<void> {
    const reporter = await this.#reporters.get(id);
    if (reporter === undefined) return;
    const { done, expected } = summary.progress;
    if (!finalStates.has(summary.state)) {
      const percentage = expected === 0 ? 0 : Math.floor((100 * done) / expected);
      return reporter.report(percentage, expected === 0 ? l10n.t("evaluating") : l10n.t("{0} of {1}", done, expected));
    }
    this.#reporters.delete(id);
    reporter.done();
    this.#announce(summary);
  }

  #announce({ machine, state, failure }: BuildSummary): void {
    if (failure !== undefined) this.#show(MessageType.Error, `${machine}: ${failure.message}`);
    else if (state === "succeeded") this.#show(MessageType.Info, l10n.t("Built {0}.", machine));
  }

  #show(type: MessageType, message: string): void {
    this.#connection
      .sendNotification(ShowMessageNotification.type, { type, message })
      .catch(error => this.#log.debug("could not send a message", error));
  }
}
