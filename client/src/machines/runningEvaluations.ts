import * as vscode from "vscode";
import { contextKeys } from "../manifest.ts";
import { setContextKey } from "../registry.ts";

/** An evaluation that the user has started. */
export interface RunningEvaluation {
  /** `Evaluating eiffel` */
  readonly title: string;
  /** `12 of 50`; undefined until it is known. */
  readonly progress?: string | undefined;
}

/** The evaluations that run in this window. The status bar shows them, and can cancel them. */
export class RunningEvaluations implements vscode.Disposable {
  readonly #running = new Map<vscode.CancellationTokenSource, RunningEvaluation>();
  readonly #change = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#change.event;

  get list(): readonly RunningEvaluation[] {
    return [...this.#running.values()];
  }

  /** Runs an evaluation; `report` shows its progress. */
  async run<T>(
    title: string,
    work: (report: (progress: string) => void, token: vscode.CancellationToken) => Promise<T>,
  ): Promise<T> {
    const source = new vscode.CancellationTokenSource();
    this.#set(source, { title });
    try {
      return await work(progress => this.#set(source, { title, progress }), source.token);
    } finally {
      this.#running.delete(source);
      source.dispose();
      this.#changed();
    }
  }

  cancelAll(): void {
    for (const source of this.#running.keys()) source.cancel();
  }

  #set(source: vscode.CancellationTokenSource, evaluation: RunningEvaluation): void {
    this.#running.set(source, evaluation);
    this.#changed();
  }

  #changed(): void {
    setContextKey(contextKeys.evaluating, this.#running.size > 0);
    this.#change.fire();
  }

  dispose(): void {
    this.cancelAll();
    this.#change.dispose();
  }
}
