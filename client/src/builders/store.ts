import * as vscode from "vscode";
import type { Builder, BuilderId, DeclaredBuilders, ToolchainReport } from "../../../server/src/protocol.ts";
import type { LanguageServer } from "../languageServer.ts";
import { contextKeys } from "../manifest.ts";
import { setContextKey } from "../registry.ts";
import { withDeclared } from "./declared.ts";
import { isSameStore } from "./state.ts";

/** The builders that the server has published, kept up to date. */
export class BuildersStore implements vscode.Disposable {
  readonly #server: LanguageServer;
  readonly #change = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChange = this.#change.event;
  #report: ToolchainReport | undefined;
  #declared: DeclaredBuilders | undefined;
  #builders: readonly Builder[] = [];
  #wantsDeclared = false;

  constructor(server: LanguageServer) {
    this.#server = server;
    this.#subscriptions = [
      server.listen("morph/toolchainDidChange", report => this.#become(report)),
      server.listen("morph/buildersDidChange", () => this.#readDeclared()),
      server.onDidStart(() => this.#readDeclared()),
      server.onDidStop(() => this.#forgetChecks()),
    ];
  }

  /** Undefined until Nix has answered, which an untrusted workspace does not ask. Without a server, the last known one. */
  get report(): ToolchainReport | undefined {
    return this.#report;
  }

  /** Those that Nix uses, and those that are only declared. */
  get builders(): readonly Builder[] {
    return this.#builders;
  }

  /** Whether there may be more declared builders, because not all files were read. */
  get isPartial(): boolean {
    return this.#declared?.partial !== undefined;
  }

  /** The builder with an address, with or without parameters. */
  builder(id: BuilderId): Builder | undefined {
    return this.#builders.find(each => each.id === id) ?? this.#builders.find(each => isSameStore(each.id, id));
  }

  /** Has the server search the workspace for declared builders, unless it has read all files. From then on they are kept up to date. */
  async findDeclared(): Promise<void> {
    if (this.#wantsDeclared && this.#declared !== undefined && !this.isPartial) return;
    this.#wantsDeclared = true;
    await this.#readDeclared();
  }

  async #readDeclared(): Promise<void> {
    if (!this.#wantsDeclared) return;
    // Keep the current ones if the server is gone: the next one triggers another read.
    const declared = await this.#server.request("morph/declaredBuilders", {}).catch(() => undefined);
    if (declared !== undefined) this.#become(this.#report, declared);
  }

  /** Checks end with their server. */
  #forgetChecks(): void {
    if (this.#report?.builders.some(({ isChecking }) => isChecking) !== true) return;
    const builders = this.#report.builders.map(({ isChecking: _, ...builder }) => builder);
    this.#become({ ...this.#report, builders });
  }

  #become(report: ToolchainReport | undefined, declared = this.#declared): void {
    this.#report = report;
    this.#declared = declared;
    this.#builders = withDeclared(report?.builders ?? [], declared?.builders ?? []);
    setContextKey(contextKeys.builders, this.#builders.some(({ kind }) => kind === "remote") ? "some" : "none");
    this.#change.fire();
  }

  dispose(): void {
    for (const part of [...this.#subscriptions, this.#change]) part.dispose();
  }
}
