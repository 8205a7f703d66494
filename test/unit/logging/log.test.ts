import assert from "node:assert/strict";
import { test } from "node:test";
import { LogMessageNotification, type LogMessageParams, MessageType } from "vscode-languageserver";
import { connectionLog } from "../../../server/src/logging/connectionLog.ts";
import { errorText, type LogLevel, logTo, silentLog } from "../../../server/src/logging/log.ts";

/** What a log on a connection sends. @param clock epoch milliseconds, may be advanced. */
function recorded(clock = { now: 0 }) {
  const sent: { readonly type: unknown; readonly params: LogMessageParams }[] = [];
  const connection = {
    sendNotification: async (type: unknown, params?: unknown) => {
      sent.push({ type, params: params as LogMessageParams });
    },
  };
  return { sent, log: connectionLog(connection, () => clock.now) };
}

test("each level of the log is the message type of LSP", () => {
  const { sent, log } = recorded();
  for (const level of ["error", "warning", "info", "debug"] satisfies LogLevel[]) log[level](`a line of ${level}`);
  assert.ok(sent.every(({ type }) => type === LogMessageNotification.type));
  assert.deepEqual(
    sent.map(({ params }) => params),
    [
      { type: MessageType.Error, message: "a line of error" },
      { type: MessageType.Warning, message: "a line of warning" },
      { type: MessageType.Info, message: "a line of info" },
      { type: MessageType.Debug, message: "a line of debug" },
    ],
  );
});

test("a line is not repeated within a minute", () => {
  const clock = { now: 0 };
  const { sent, log } = recorded(clock);
  for (let i = 0; i < 5; i++) log.warning("the disk is full");
  log.error("the disk is full");
  assert.equal(sent.length, 2);
  clock.now = 60_000;
  log.warning("the disk is full");
  assert.equal(sent.length, 3);
});

test("only the most recent lines are remembered", () => {
  const { sent, log } = recorded();
  for (let i = 0; i < 300; i++) log.info(`line ${i}`);
  log.info("line 0");
  log.info("line 299");
  assert.equal(sent.length, 301);
});

test("a connection that is gone does no harm", async () => {
  const log = connectionLog({ sendNotification: () => Promise.reject(new Error("closed")) });
  log.error("nobody reads this");
  silentLog.error("nor this");
  // An unhandled rejection would fail this test.
  await new Promise(resolve => setImmediate(resolve));
});

test("a line is bounded for any error", () => {
  const lines: string[] = [];
  logTo((_level, line) => lines.push(line)).error("evaluate", "x".repeat(1e6));
  assert.ok((lines[0]?.length ?? 0) < 5000);
  assert.match(lines[0] ?? "", /^evaluate: x+ \[\d+ more characters\]$/);
});

test("a system error is logged with its message, a bug with its stack", () => {
  assert.equal(errorText(Object.assign(new Error("ENOENT: no such file"), { code: "ENOENT" })), "ENOENT: no such file");
  assert.match(errorText(new TypeError("x is not a function")), /^TypeError: x is not a function\n +at /);
  assert.equal(errorText("text"), "text");
  assert.equal(errorText(null), "null");
});
