import type * as vscode from "vscode";
import type { RecentLines } from "./recentLines.ts";

/** An output channel that remembers its last lines regardless of its log level, except for traces. */
export class RecordedOutput implements vscode.LogOutputChannel {
  readonly #channel: vscode.LogOutputChannel;
  readonly #recent: RecentLines;

  constructor(channel: vscode.LogOutputChannel, recent: RecentLines) {
    this.#channel = channel;
    this.#recent = recent;
  }

  get name(): string {
    return this.#channel.name;
  }

  get logLevel(): vscode.LogLevel {
    return this.#channel.logLevel;
  }

  get onDidChangeLogLevel(): vscode.Event<vscode.LogLevel> {
    return this.#channel.onDidChangeLogLevel;
  }

  /** Traces contain messages between client and server as JSON, among them logins. */
  trace(message: string, ...args: unknown[]): void {
    this.#channel.trace(withoutPasswords(message), ...args);
  }

  debug(message: string, ...args: unknown[]): void {
    this.#recent.add(Date.now(), "debug", message);
    this.#channel.debug(message, ...args);
  }

  info(message: string, ...args: unknown[]): void {
    this.#recent.add(Date.now(), "info", message);
    this.#channel.info(message, ...args);
  }

  warn(message: string, ...args: unknown[]): void {
    this.#recent.add(Date.now(), "warning", message);
    this.#channel.warn(message, ...args);
  }

  error(error: string | Error, ...args: unknown[]): void {
    this.#recent.add(Date.now(), "error", error instanceof Error ? (error.stack ?? error.message) : error);
    this.#channel.error(error, ...args);
  }

  append(value: string): void {
    this.#channel.append(value);
  }

  appendLine(value: string): void {
    this.#recent.add(Date.now(), "info", value);
    this.#channel.appendLine(value);
  }

  replace(value: string): void {
    this.#channel.replace(value);
  }

  clear(): void {
    this.#channel.clear();
  }

  show(columnOrPreserveFocus?: vscode.ViewColumn | boolean, preserveFocus?: boolean): void {
    // The overload with a column is deprecated.
    this.#channel.show(typeof columnOrPreserveFocus === "boolean" ? columnOrPreserveFocus : preserveFocus);
  }

  hide(): void {
    this.#channel.hide();
  }

  dispose(): void {
    this.#channel.dispose();
  }
}

/** Masks the passwords in JSON. */
export function withoutPasswords(json: string): string {
  return json.replace(/("password"\s*:\s*)"(?:[^"\\]|\\.)*"/g, '$1"***"');
}
