import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { type ProcessOptions, runProcess } from "../../../server/src/nix/process.ts";
import { isAlive } from "../../support/processes.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";
import { until } from "../../support/until.ts";

const temp = tempFolder("process");
after(() => removeTree(temp));

/** Runs a program of JavaScript. */
const run = (program: string, args: readonly string[] = [], options: Partial<ProcessOptions> = {}) =>
  runProcess(process.execPath, ["-e", program, ...args], { env: {}, ...options });

test("a process that exits returns its code and output, without the last line end", async () => {
  assert.deepEqual(await run(`console.log("märz\\n😀"); console.error("error"); process.exitCode = 3`), {
    kind: "exited",
    code: 3,
    stdout: "märz\n😀",
    stderr: "error",
  });
});

test("arguments arrive unchanged, even if they have a meaning for a shell", async () => {
  const args = ["", "a b", "$(id)", "`id`", "; rm -rf ~", "'\"\\", "*", "märz\n"];
  const end = await run("console.log(JSON.stringify(process.argv.slice(1)))", args);
  assert.deepEqual("stdout" in end && JSON.parse(end.stdout), args);
});

test("only the given environment is passed on", async () => {
  process.env.MORPH_TEST_SECRET = "secret";
  const end = await run("console.log(JSON.stringify(process.env))", [], { env: { GIVEN: "1", ABSENT: undefined } });
  delete process.env.MORPH_TEST_SECRET;
  assert.deepEqual("stdout" in end && JSON.parse(end.stdout), { GIVEN: "1" });
});

test("a process runs in the given folder and reads the given text", async () => {
  const program = `console.log(process.cwd()); process.stdin.pipe(process.stdout)`;
  const end = await run(program, [], { cwd: temp, stdin: "text 😀" });
  assert.equal("stdout" in end && end.stdout, `${temp}\ntext 😀`);
});

test("a process without input does not wait for it", async () => {
  const end = await run(`process.stdin.on("end", () => console.log("nothing")).resume()`);
  assert.equal("stdout" in end && end.stdout, "nothing");
});

test("each line of stderr is reported as it arrives, and kept", async () => {
  const lines: string[] = [];
  const onStderrLine = (line: string) => void lines.push(line);
  const end = await run(`process.stderr.write("one\\ntw"); process.stderr.write("o\\nmärz")`, [], { onStderrLine });
  assert.deepEqual(lines, ["one", "two", "märz"]);
  assert.equal("stderr" in end && end.stderr, "one\ntwo\nmärz");
});

test("a program that does not exist is missing", async () => {
  assert.deepEqual(await runProcess("/nix/missing", [], { env: {} }), { kind: "missing", file: "/nix/missing" });
});

test("the result of a killed process has the signal and the output so far", async () => {
  assert.deepEqual(await run(`fs.writeSync(2, "before"); process.kill(process.pid, "SIGKILL")`), {
    kind: "killed",
    signal: "SIGKILL",
    stderr: "before",
  });
});

test("cancelling sends the signal on which Nix cleans up", async () => {
  const abort = new AbortController();
  const file = path.join(temp, "signal");
  const program = `process.on("SIGINT", () => { fs.writeFileSync(process.argv[1], "SIGINT"); process.exit() });
    fs.writeFileSync(process.argv[1], "ready"); setInterval(() => undefined, 1000)`;
  const running = run(program, [file], { signal: abort.signal });
  const told = () => (fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");
  await until("the process is ready", () => (told() === "ready" ? true : undefined));
  abort.abort();
  assert.deepEqual(await running, { kind: "cancelled" });
  assert.equal(told(), "SIGINT");
});

test("a process that is cancelled before its start does not run", async () => {
  assert.deepEqual(await run("1", [], { signal: AbortSignal.abort() }), { kind: "cancelled" });
});

test("a process that times out is killed with its children, even if they hold its output open", async () => {
  const file = path.join(temp, "grandchild");
  const program = `const { spawn } = require("node:child_process");
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
    const child = spawn(process.execPath, ["-e", "setInterval(() => undefined, 1000)"], { stdio: "inherit" });
    fs.writeFileSync(process.argv[1], String(child.pid)); setInterval(() => undefined, 1000)`;
  const end = await run(program, [file], { timeout: 1000 });
  assert.deepEqual(end, { kind: "timed-out", timeout: 1000 });
  const grandchild = Number(fs.readFileSync(file, "utf8"));
  await until("what it started has ended", () => (isAlive(grandchild) ? undefined : true));
});

for (const stream of ["stdout", "stderr"])
  test(`a process that prints more than it may to ${stream} is killed, even if it ignores a closed pipe`, async () => {
    const program = `
      process.${stream}.on("error", () => undefined);
      process.${stream}.write("x".repeat(20_000));
      setInterval(() => undefined, 1000);`;
    const end = await run(program, [], { maxOutput: 10_000 });
    assert.equal(end.kind, "killed");
  });

test("running processes are killed when we exit, even if they ignore other signals or were just cancelled", async () => {
  const deaf = `for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => undefined);
    require("node:fs").writeFileSync(process.argv[1], String(process.pid)); setInterval(() => undefined, 1000)`;
  const [one, other] = [path.join(temp, "one"), path.join(temp, "other")];
  const program = `
    const { runProcess } = await import(${JSON.stringify(path.resolve(import.meta.dirname, "../../../server/src/nix/process.ts"))});
    const { existsSync } = await import("node:fs");
    const cancel = new AbortController();
    const start = (file, options) => void runProcess(process.execPath, ["-e", ${JSON.stringify(deaf)}, file], { env: {}, ...options });
    start(${JSON.stringify(one)});
    start(${JSON.stringify(other)}, { signal: cancel.signal });
    setInterval(() => {
      if (![${JSON.stringify(one)}, ${JSON.stringify(other)}].every(existsSync)) return;
      cancel.abort();
      setImmediate(() => process.exit(0));
    }, 20);`;
  const end = await runProcess(process.execPath, ["--input-type=module", "-e", program], { env: {} });
  assert.equal("code" in end && end.code, 0, JSON.stringify(end));
  for (const file of [one, other]) {
    const pid = Number(fs.readFileSync(file, "utf8"));
    await until("it has ended", () => (isAlive(pid) ? undefined : true));
  }
});
