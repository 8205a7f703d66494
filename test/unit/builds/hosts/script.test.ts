import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { tools } from "../../../../scripts/setup/tools.mjs";
import { type Frame, FrameParser } from "../../../../server/src/builds/hosts/ssh/frames.ts";
import { processesIn } from "../../../support/processes.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";
import { until } from "../../../support/until.ts";

// The script that runs on builders (server/sh/builder.sh), in the shells that a builder may have. What it supervises is not Nix, but a
// script that makes the link that its arguments name, as Nix does.

const script = readFileSync(path.resolve(import.meta.dirname, "../../../../server/sh/builder.sh"), "utf8");
const id = "0mabc-1f";
const client = "c0ffee";

/** A folder with nothing but busybox's applets, as on a small builder. */
function busyboxFolder(dir: string): string {
  const folder = path.join(dir, "bin");
  mkdirSync(folder);
  const busybox = tools.busybox["x86_64-linux"];
  const applets = "sh cat mkdir rm mv rmdir sleep date wc tail head readlink kill setsid ln chmod true ls touch".split(
    " ",
  );
  for (const applet of applets) symlinkSync(busybox, path.join(folder, applet));
  return folder;
}

interface Ran {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const shells = ["dash", "bash", "busybox"] as const;

// Side by side: they mostly wait.
describe("the script", { concurrency: shells.length }, () => {
  for (const shell of shells)
    describe(shell, { concurrency: 1 }, () => {
      const dir = tempFolder(`script-${shell}`);
      const bin = shell === "busybox" ? busyboxFolder(dir) : undefined;
      const folder = path.join(dir, "state/morph-language-server", id);
      const gate = path.join(dir, "gate");
      const env = {
        HOME: dir,
        XDG_STATE_HOME: path.join(dir, "state"),
        PATH: bin ?? process.env.PATH,
        MORPH_CANCEL_GRACE: "1",
      };
      const supervised = path.join(dir, "command");
      const started: ChildProcess[] = [];

      after(() => removeTree(dir));
      afterEach(async () => {
        for (const child of started.splice(0)) child.kill("SIGKILL");
        await removeTree(path.join(dir, "state"));
        await removeTree(gate);
        await until("nothing runs", () => (processesIn(dir).length === 0 ? true : undefined));
      });

      /** Runs a command of the script. @param before shell text that comes before it. */
      function begin(
        args: readonly string[],
        before = "",
      ): { readonly child: ChildProcess; readonly ended: Promise<Ran>; readonly printed: () => string } {
        const file = bin === undefined ? shell : path.join(bin, "sh");
        const child = spawn(file, ["-s", "--", ...args], { env, cwd: dir, stdio: "pipe" });
        started.push(child);
        const [out, err]: [Buffer[], Buffer[]] = [[], []];
        child.stdout.on("data", chunk => out.push(chunk));
        child.stderr.on("data", chunk => err.push(chunk));
        child.stdin.end(`${before}\n${script}`);
        const ended = new Promise<Ran>(resolve =>
          child.on("close", code =>
            resolve({ code, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString() }),
          ),
        );
        return { child, ended, printed: () => Buffer.concat(out).toString("latin1") };
      }

      const run = (...args: string[]) => begin(args).ended;

      /** Starts a build that runs a script as Nix. `$1` is the GC root; it may wait for `$GATE`. */
      async function start(text: string): Promise<Ran> {
        // A shell reads a script as it runs it: a running one must not change.
        rmSync(supervised, { force: true });
        writeFileSync(supervised, `#!/bin/sh\nexec </dev/null\nGATE=${gate}\n${text}\n`, { mode: 0o755 });
        const ran = await run("start", id, client, script, supervised, "@ROOT@");
        assert.deepEqual([ran.code, ran.stderr], [0, ""]);
        return ran;
      }

      function framesOf({ stdout, stderr }: Ran): Frame[] {
        assert.equal(stderr, "");
        return new FrameParser().push(stdout);
      }

      const follow = async (events = 0, clock = 0) =>
        framesOf(await run("follow", id, String(events), String(clock), client));

      const eventsIn = (frames: readonly Frame[]) =>
        Buffer.concat(frames.flatMap(frame => (frame.kind === "events" ? [frame.bytes] : []))).toString();

      const untilGate = "while ! [ -e $GATE ]; do sleep 1; done";
      const ended = () => until("it has ended", () => (existsSync(path.join(folder, "end")) ? true : undefined));

      test("a build is started, followed to its end and collected; only the GC root of its result stays until it is removed", async () => {
        await start(`echo one >&2; ${untilGate}; echo two >&2; ln -s /nix/store/out "$1"`);
        const following = begin(["follow", id, "0", "0", client]);
        await until("it is followed", () => following.printed().includes("STATE ") || undefined);
        writeFileSync(gate, "");
        const frames = framesOf(await following.ended);
        assert.equal(frames[0]?.kind, "begin");
        assert.deepEqual(frames[1], { kind: "build", id, state: "running" });
        assert.equal(eventsIn(frames), "one\ntwo\n");
        const states = frames.flatMap(frame => (frame.kind === "state" ? [frame] : []));
        assert.deepEqual([states[0]?.supervisor.life, states[0]?.command.life], ["alive", "alive"]);
        const end = frames.at(-1);
        assert.deepEqual(end?.kind === "end" && [end.code, end.output], [0, "/nix/store/out"]);
        assert.equal((await run("collect", id)).code, 0);
        assert.deepEqual(readdirSync(folder).toSorted(), ["client", "result"]);
        assert.equal(readlinkSync(path.join(folder, "result")), "/nix/store/out");
        assert.equal((await run("remove", id)).code, 0);
        assert.equal(existsSync(path.dirname(folder)), false);
      });

      test("it is followed from where an earlier connection broke", async () => {
        await start("echo one >&2; echo two >&2");
        await ended();
        const clock = readFileSync(path.join(folder, "clock"));
        const frames = await follow(4, clock.length);
        assert.equal(eventsIn(frames), "two\n");
        assert.ok(frames.every(frame => frame.kind !== "clock" || frame.offset === clock.length));
        assert.match(clock.toString(), /^\d{13} 8\n$/m);
      });

      test("a long log comes whole, in pieces", async () => {
        await start(
          'i=0; while [ $i -lt 6000 ]; do echo "$i .................................................................................."; i=$((i + 1)); done >&2',
        );
        await ended();
        const frames = await follow();
        assert.equal(eventsIn(frames), readFileSync(path.join(folder, "events"), "utf8"));
        assert.ok(frames.filter(({ kind }) => kind === "events").length > 1);
      });

      test("an exit code and a signal are reported; nothing stays of a build without a result", async () => {
        await start("exit 100");
        await ended();
        const frames = await follow();
        assert.deepEqual(frames.at(-1)?.kind === "end" && frames.at(-1), {
          ...frames.at(-1),
          code: 100,
          output: undefined,
        });
        assert.equal((await run("collect", id)).code, 0);
        assert.equal(existsSync(path.dirname(folder)), false);

        await start("kill -9 $$");
        await ended();
        const killed = (await follow()).at(-1);
        assert.equal(killed?.kind === "end" && killed.code, 137);
      });

      test("starting it twice starts it once", async () => {
        await start(`echo started >&2; ${untilGate}`);
        await start(`echo started again >&2; ${untilGate}`);
        writeFileSync(gate, "");
        await ended();
        assert.equal(eventsIn(await follow()), "started\n");
      });

      test("a cancelled build ends, also one that ignores the signal, with what it has started", async () => {
        await start(`trap "echo asked >&2; exit 1" TERM; ${untilGate}`);
        await run("cancel", id);
        await ended();
        assert.equal(eventsIn(await follow()), "asked\n");
        await run("remove", id);

        await start(`trap : TERM; (trap : TERM; ${untilGate}) & ${untilGate}`);
        await run("cancel", id);
        await ended();
        const end = (await follow()).at(-1);
        assert.equal(end?.kind === "end" && end.code, 137);
      });

      test("removing a running build ends it", async () => {
        await start(untilGate);
        await run("remove", id);
        await until("nothing runs", () => (processesIn(dir).length === 0 ? true : undefined));
        assert.deepEqual((await follow()).slice(1), [{ kind: "absent" }]);
      });

      test("a build in whose folder something is written while it is removed is removed all the same, or that fails", async () => {
        await start(untilGate);
        const failing = (times: number) =>
          `failed=0; rm() { [ $failed -lt ${times} ] || { command rm "$@"; return; }; failed=$((failed + 1)); echo full >&2; return 1; }`;
        const failed = await begin(["remove", id], failing(1000)).ended;
        assert.deepEqual([failed.code, failed.stderr, existsSync(folder)], [1, "full\n", true]);
        const removed = await begin(["remove", id], failing(2)).ended;
        assert.deepEqual([removed.code, removed.stderr, existsSync(folder)], [0, "", false]);
      });

      test("when the supervisor is killed, another one takes over what is still running", async () => {
        await start(`echo one >&2; ${untilGate}; ln -s /nix/store/out "$1"`);
        const [supervisor] = readFileSync(path.join(folder, "process"), "utf8").split(" ");
        process.kill(Number(supervisor), "SIGKILL");
        await run("relaunch", id);
        await until("another one is there", () =>
          readFileSync(path.join(folder, "process"), "utf8").startsWith(`${supervisor} `) ? undefined : true,
        );
        writeFileSync(gate, "");
        await ended();
        const end = (await follow()).at(-1);
        assert.deepEqual(end?.kind === "end" && [end.code, end.output], [undefined, "/nix/store/out"]);
      });

      test("when supervisor and command are gone without a word, as after a restart, that is reported", async () => {
        await start(untilGate);
        for (const line of readFileSync(path.join(folder, "process"), "utf8").trim().split("\n"))
          process.kill(Number(line.split(" ")[0]), "SIGKILL");
        const end = (await follow()).at(-1);
        assert.deepEqual(end?.kind === "end" && [end.code, end.output], [undefined, undefined]);
      });

      test("what is missing on the builder is named", async () => {
        const missing = await run("start", id, client, script, "no-such-nix", "@ROOT@");
        assert.equal(missing.code, 69);
        assert.match(missing.stderr, /^no-such-nix: not found on PATH: /);
        writeFileSync(path.join(dir, "state"), "");
        const unwritable = await run("start", id, client, script, supervised, "@ROOT@");
        assert.equal(unwritable.code, 73);
        assert.match(unwritable.stderr, /mkdir: /);
      });

      test("a log that is shorter than what was read of it is reported", async () => {
        await start("echo one >&2");
        await ended();
        assert.deepEqual((await follow(1000)).at(-1), { kind: "shrunk" });
      });

      test("builds of other clients are not listed", async () => {
        await start("true");
        await ended();
        const frames = framesOf(await run("follow", id, "0", "0", "another"));
        assert.equal(
          frames.some(({ kind }) => kind === "build"),
          false,
        );
      });
    });
});
