import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogOutputChannel } from "vscode";
import { RecentLines } from "../../../../client/src/session/recentLines.ts";
import { RecordedOutput } from "../../../../client/src/session/recordedOutput.ts";
import { diagnosticsText } from "../../../../client/src/text/diagnosticsText.ts";

test("the last 200 lines are kept, in order", () => {
  const recent = new RecentLines();
  assert.equal(recent.lines.length, 0);
  for (let line = 0; line < 200; line++) recent.add(0, "info", `line ${line}`);
  assert.equal(recent.lines[0], "1970-01-01T00:00:00.000Z [info] line 0");
  for (let line = 200; line < 530; line++) recent.add(0, "info", `line ${line}`);
  assert.equal(recent.lines.length, 200);
  assert.deepEqual(
    recent.lines.map(line => Number(line.split(" ").at(-1))),
    Array.from({ length: 200 }, (_, index) => 330 + index),
  );
});

test("a line is bounded", () => {
  const recent = new RecentLines();
  recent.add(0, "error", "x".repeat(1e6));
  assert.equal(recent.lines[0]?.length, 2000);
});

test("lines of every level but trace are kept, and written to the output", () => {
  const shown: unknown[] = [];
  const note = (level: string) => (message: unknown) => shown.push([level, String(message)]);
  const levels = ["trace", "debug", "info", "warn", "error", "appendLine"] as const;
  const channel = Object.fromEntries(levels.map(level => [level, note(level)])) as unknown as LogOutputChannel;
  const recent = new RecentLines();
  const output = new RecordedOutput(channel, recent);
  for (const level of levels) output[level](`a ${level}`);
  output.error(new Error("broken"));
  assert.deepEqual(shown, [...levels.map(level => [level, `a ${level}`]), ["error", "Error: broken"]]);
  assert.deepEqual(
    recent.lines.map(line => line.replace(/^\S+ /, "").split("\n")[0]),
    [
      "[debug] a debug",
      "[info] a info",
      "[warning] a warn",
      "[error] a error",
      "[info] a appendLine",
      "[error] Error: broken",
    ],
  );
});

test("diagnostics contain versions, health and the last lines, and no users of URLs", () => {
  const text = diagnosticsText({
    versions: { "Morph Networks": "0.1.0", Node: "24.1.0" },
    session: "running",
    health: { state: "warning", code: "internal-error", message: "The language server made a mistake." },
    lines: ["2026-01-01T00:00:00.000Z [info] nix copy --to https://me:token@cache.example.org"],
  });
  assert.equal(
    text,
    [
      "Morph Networks: 0.1.0",
      "Node: 24.1.0",
      "Language server: running",
      "Health: warning, internal-error, The language server made a mistake.",
      "",
      "2026-01-01T00:00:00.000Z [info] nix copy --to https://***@cache.example.org",
      "",
    ].join("\n"),
  );
  const empty = diagnosticsText({ versions: {}, session: "stopped", health: undefined, lines: [] });
  assert.match(empty, /^Language server: stopped\nHealth: not reported\n\nThe output is empty\.\n$/);
});
