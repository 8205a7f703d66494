import * as vscode from "vscode";
import type { Builder, BuilderId, ToolchainReport } from "../../../server/src/protocol.ts";
import type { LanguageServer } from "../languageServer.ts";
import { contextKeys } from "../manifest.ts";
import { setContextKey } from "../registry.ts";
import { isSameStore } from "./state.ts";

/** The builders that the server has published, kept up to date. */
export class BuildersStore implements vscode.Disposable {
  readonly #change = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChange = this.#change.event;
  #report: ToolchainReport | undefined;

  constructor(server: LanguageServer) {
    this.#subscriptions = [
      server.listen("morph/toolchainDidChange", report => this.#receive(report)),
      server.onDidStop(() => this.#forgetChecks()),
    ];
  }

  /** Undefined until Nix has answered, which an untrusted workspace does not ask. Without a server, the last known one. */
  get report(): ToolchainReport | undefined {
    return this.#report;
  }

  /** Those that Nix uses, and those that are only declared. */
  get builders(): readonly Builder[] {
    return this.#report?.builders ?? [];
  }

  /** The builder with an address, with or without parameters. */
  builder(id: BuilderId): Builder | undefined {
    return this.builders.find(each => each.id === id) ?? this.builders.find(each => isSameStore(each.id, id));
  }

  #receive(report: ToolchainReport): void {
    this.#report = report;
    setContextKey(contextKeys.builders, report.builders.some(({ kind }) => kind === "remote") ? "some" : "none");
    this.#change.fire();
  }

  /** Checks end with their server. */
  #forgetChecks(): void {
    if (this.#report?.builders.some(({ isChecking }) => isChecking) !== true) return;
    const builders = this.#report.builders.map(({ isChecking: _, ...builder }) => builder);
    this.#report = { ...this.#report, builders };
    this.#change.fire();
  }

  dispose(): void {
    for (const part of [...this.#subscriptions, this.#change]) part.dispose();
  }
}
