// Our client against a server that behaves as Hydra does, in both versions: what users get wrong, and what servers do.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import type { LogPart, StepLog } from "../../../../server/src/hydra/api.ts";
import { type HydraClient, openHydra } from "../../../../server/src/hydra/client/open.ts";
import { Connections } from "../../../../server/src/net/connections.ts";
import type { HydraJobset, HydraLogin } from "../../../../server/src/protocol.ts";
import { type Build, type Jobset, phases, type Step, seconds } from "../../../support/hydra/database.ts";
import { alice, bob, type HydraOptions, startHydra, type TestHydra } from "../../../support/hydra/hydra.ts";
import { type Lab, startLab } from "../../../support/lab.ts";
import { newAuthority } from "../../../support/privateCa.ts";
import { codeOf, resultOf } from "../../../support/scriptedHydra.ts";
import { serve } from "../../../support/serve.ts";

let lab: Lab;
const connections = new Connections();
before(async () => {
  lab = await startLab();
});
after(async () => {
  connections.close();
  await lab.stop();
});

const asAlice: HydraLogin = { user: alice.name, password: alice.password };
const asBob: HydraLogin = { user: bob.name, password: bob.password };

function clientOf({ url }: Pick<TestHydra, "url">, login: HydraLogin | null = asAlice, own = connections): HydraClient {
  return openHydra(url, { connections: () => Promise.resolve(own), login: () => Promise.resolve(login) });
}

/** A jobset as we would create it. */
const eiffel: HydraJobset = {
  name: "eiffel",
  description: "Morph machine eiffel",
  enabled: 1,
  visible: true,
  expressionInput: "network",
  expressionPath: "hydra/eiffel.nix",
  checkInterval: 3600,
  schedulingShares: 100,
  keepEvaluations: 3,
  inputs: {
    nixpkgs: { type: "git", value: "https://github.com/NixOS/nixpkgs.git nixos-unstable" },
    network: { type: "git", value: "https://example.org/network.git main" },
  },
};

for (const flavour of ["2026", "2023"] as const)
  describe(`a server of ${flavour}`, { concurrency: 1 }, () => {
    const start = async (options: Partial<HydraOptions> = {}) => {
      const hydra = await startHydra({ lab, flavour, ...options });
      hydra.hold("evaluations");
      hydra.addProject("morph");
      hydra.addJobset("morph", "eiffel", { nixexprinput: "network", nixexprpath: "hydra/eiffel.nix" });
      return hydra;
    };
    const logins = (hydra: TestHydra) => hydra.requests.filter(each => each.path.endsWith("/login")).length;

    test("says who is signed in, and what is missing", async () => {
      const hydra = await start();
      const admin = resultOf(await clientOf(hydra).connect("morph"));
      assert.deepEqual([admin.user, admin.roles, admin.hasProject, admin.missing], ["alice", ["admin"], true, []]);
      const other = resultOf(await clientOf(hydra, asBob).connect("morph"));
      assert.deepEqual(
        other.missing.map(({ action }) => action),
        ["change jobsets", "start evaluations", "restart builds", "cancel builds"],
      );
      const anonymous = resultOf(await clientOf(hydra, null).connect("nope"));
      assert.deepEqual([anonymous.user, anonymous.hasProject], [undefined, false]);
    });

    test("does not accept a wrong password", async () => {
      const hydra = await start();
      const refused = await clientOf(hydra, { user: "alice", password: "wrong secret" }).connect("morph");
      assert.equal(codeOf(refused), "hydra-login");
      assert.doesNotMatch(JSON.stringify(refused), /wrong secret/);
    });

    test("does not let users without the role do what they may not do", async () => {
      const hydra = await start();
      const client = clientOf(hydra, asBob);
      assert.equal(codeOf(await client.putJobset("morph", eiffel)), "hydra-role");
      assert.equal(codeOf(await client.createProject("bobs", "Bob's")), "hydra-role");
      // Before August 2024 everyone might start evaluations.
      const isOpen = flavour === "2023";
      assert.equal(codeOf(await client.trigger("morph", "eiffel")), isOpen ? undefined : "hydra-role");
      assert.equal(hydra.database.jobset("morph", "eiffel")?.triggertime !== null, isOpen);
    });

    test("gets one further login when a session has expired", async () => {
      const hydra = await start();
      const client = clientOf(hydra);
      resultOf(await client.putJobset("morph", eiffel));
      assert.equal(logins(hydra), 1);
      hydra.expireSessions();
      resultOf(await client.putJobset("morph", { ...eiffel, checkInterval: 60 }));
      assert.deepEqual([logins(hydra), hydra.database.jobset("morph", "eiffel")?.checkinterval], [2, 60]);
    });

    test("shows nothing to strangers if it is private", async () => {
      const hydra = await start({ isPrivate: true });
      assert.equal(codeOf(await clientOf(hydra, null).jobset("morph", "eiffel")), "hydra-signed-out");
      const client = clientOf(hydra);
      assert.equal(resultOf(await client.jobset("morph", "eiffel"))?.name, "eiffel");
      hydra.expireSessions();
      assert.equal(resultOf(await client.jobset("morph", "eiffel"))?.name, "eiffel");
      hydra.writeLog("/x/aaa-hello.drv", "hello\n", true);
      hydra.expireSessions();
      const log = await client.log({ build: 1, step: 1, drvPath: "/x/aaa-hello.drv" }, 0);
      assert.deepEqual(resultOf(log), { text: "hello\n", next: 6 });
    });

    test("creates a project and a jobset, and reads the same again", async () => {
      const hydra = await start();
      const client = clientOf(hydra);
      resultOf(await client.createProject("house", "House"));
      resultOf(await client.putJobset("house", eiffel));
      const { triggeredAt, isFlake, ...read } = resultOf(await client.jobset("house", "eiffel")) ?? {};
      assert.deepEqual(read, eiffel);
      assert.deepEqual([typeof triggeredAt, isFlake], ["number", false]);
      assert.deepEqual(resultOf(await client.jobsets("house")), ["eiffel"]);
    });

    test("keeps every field that a change does not mention", async () => {
      for (const odd of [false, true]) {
        const hydra = await start();
        const own = everyField(hydra, odd);
        const before = structuredClone(own);
        const client = clientOf(hydra);
        const { triggeredAt, evaluatingSince, lastCheckedAt, fetchError, isFlake, ...read } =
          resultOf(await client.jobset("morph", "full")) ?? assert.fail();
        resultOf(await client.putJobset("morph", { ...read, checkInterval: 7200 }));
        const { triggertime, ...changed } = structuredClone(own);
        assert.deepEqual({ ...changed, triggertime: before.triggertime }, { ...before, checkinterval: 7200 });
      }
    });

    test("does not evaluate a jobset that is off, or that it does not have", async () => {
      const hydra = await start();
      const client = clientOf(hydra);
      resultOf(await client.putJobset("morph", { ...eiffel, enabled: 0 }));
      assert.equal(codeOf(await client.trigger("morph", "eiffel")), "hydra-disabled");
      assert.equal(codeOf(await client.trigger("morph", "nope")), "hydra-no-jobset");
      assert.equal(resultOf(await client.jobset("morph", "nope")), undefined);
      assert.equal(resultOf(await client.jobset("nope", "nope")), undefined);
      assert.equal(resultOf(await client.jobsets("nope")), undefined);
      assert.equal(codeOf(await client.putJobset("nope", eiffel)), "hydra-no-project");
      assert.equal(codeOf(await client.evaluations("morph", "nope")), "hydra-no-jobset");
    });

    test("leads to a jobset that has been renamed", async () => {
      const hydra = await start();
      const client = clientOf(hydra);
      rename(hydra, "eiffel", "tower");
      assert.equal(resultOf(await client.jobset("morph", "eiffel"))?.name, "tower");
      resultOf(await client.evaluations("morph", "eiffel"));
      resultOf(await client.trigger("morph", "eiffel"));
      assert.notEqual(hydra.database.jobset("morph", "tower")?.triggertime, null);
      resultOf(await client.putJobset("morph", { ...eiffel, description: "Renamed" }));
      assert.deepEqual(resultOf(await client.jobsets("morph")), ["tower"]);
      assert.equal(hydra.database.jobset("morph", "tower")?.description, "Renamed");
    });

    test("is not a Hydra server if a page comes where JSON is expected", async () => {
      const hydra = await start();
      hydra.interfere({ requests: /./, answer: "html" });
      assert.equal(codeOf(await clientOf(hydra).connect("morph")), "hydra-not-hydra");
      assert.equal(codeOf(await clientOf(hydra, null).jobset("morph", "eiffel")), "hydra-not-hydra");
      assert.equal(codeOf(await clientOf(hydra, null).build(1)), "hydra-not-hydra");
    });

    test("is asked again when it is overloaded, unless something would happen twice", async () => {
      const hydra = await start();
      const client = clientOf(hydra);
      const headers = { "Retry-After": "0" };
      hydra.interfere({ requests: /^GET \/jobset/, answer: { status: 429, headers }, times: 2 });
      assert.equal(resultOf(await client.jobset("morph", "eiffel"))?.name, "eiffel");
      hydra.interfere({ requests: /^GET \/jobset/, answer: "hang up", times: 1 });
      assert.equal(resultOf(await client.jobset("morph", "eiffel"))?.name, "eiffel");
      resultOf(await client.connect("morph"));
      const count = hydra.requests.length;
      hydra.interfere({ requests: /^POST \/api\/push/, answer: { status: 503, headers }, times: 1 });
      assert.equal(codeOf(await client.trigger("morph", "eiffel")), "hydra-unreachable");
      assert.equal(hydra.requests.length, count + 1);
    });

    test("gets its own address back, below a path and behind a proxy that does not pass it on", async () => {
      for (const options of [{ prefix: "/hydra" }, { base: "http://localhost:3000/" }]) {
        const hydra = await start(options);
        const client = clientOf(hydra);
        resultOf(await client.connect("morph"));
        resultOf(await client.trigger("morph", "eiffel"));
        assert.notEqual(hydra.database.jobset("morph", "eiffel")?.triggertime, null);
        assert.equal(client.page("/build/7"), `${hydra.url}/build/7`);
      }
    });

    test("has errors of evaluations, and says which inputs it cannot fetch", async () => {
      const hydra = await start();
      const client = clientOf(hydra, null);
      assert.equal(resultOf(await client.evaluationErrors("morph", "eiffel")), "");
      const errormsg = "in job ‘eiffel’:\nerror: no such option\n\n";
      Object.assign(hydra.database.jobset("morph", "eiffel") ?? {}, { errormsg, fetcherrormsg: "error fetching" });
      assert.equal(resultOf(await client.evaluationErrors("morph", "eiffel")), errormsg);
      assert.equal(resultOf(await client.jobset("morph", "eiffel"))?.fetchError, "error fetching");
    });

    test("has steps in every state, with the machine, the phase and the log", async () => {
      const hydra = await start();
      const build = addBuild(hydra, everyState(hydra));
      const steps = resultOf(await clientOf(hydra, null).steps(build.id));
      assert.deepEqual(
        steps.map(({ nr, kind, outPath, state, phase }) => ({ nr, kind, outPath, state: phase ?? state })),
        build.steps.map(({ nr, type, outputs, busy, status }) => ({
          nr,
          kind: type === 0 ? "build" : "substitution",
          outPath: outputs[0],
          state: busy === 0 ? stateNames[status ?? -1] : phases[busy],
        })),
      );
      const [first, second] = steps;
      assert.deepEqual([first?.duration, first?.hasLog, first?.machine], [3_725_000, true, "attic"]);
      assert.equal(second?.inBuild, 7);
      assert.equal(steps.filter(({ hasLog }) => hasLog).length, 1);
    });

    test("restarts finished builds, and cancels running ones", async () => {
      const hydra = await start();
      hydra.hold("builds");
      const build = addBuild(hydra, []);
      const client = clientOf(hydra);
      assert.equal(codeOf(await client.cancel(build.id)), "hydra-refused");
      resultOf(await client.restart(build.id));
      assert.equal(resultOf(await client.build(build.id))?.isFinished, false);
      assert.equal(resultOf(await client.build(build.id))?.status, undefined);
      const of = { project: "morph", jobset: "eiffel", job: "eiffel" };
      assert.deepEqual(resultOf(await client.latestBuilds(of, 5)), [{ id: build.id, isFinished: false }]);
      assert.deepEqual(resultOf(await client.queue(5)), [build.id]);
      resultOf(await client.cancel(build.id));
      assert.equal(resultOf(await client.build(build.id))?.status, "cancelled");
      assert.equal(codeOf(await clientOf(hydra, asBob).restart(build.id)), "hydra-role");
    });

    describe("with logs", { concurrency: 1 }, () => {
      const drvPath = "/x/aaa-hello.drv";
      const of: StepLog = { build: 1, step: 1, drvPath };

      test("of 20 MB, of which only what has been added is sent", async () => {
        const hydra = await start();
        const client = clientOf(hydra, null);
        const line = `${"x".repeat(99)}\n`;
        hydra.writeLog(drvPath, line.repeat(200_000), true);
        let next = 0;
        for (let last = -1; last !== next; ) {
          last = next;
          next = resultOf(await client.log(of, next))?.next ?? 0;
        }
        assert.equal(next, 20_000_000);
        const before = sent(hydra);
        for (let added = 1; added <= 3; added++) {
          hydra.writeLog(drvPath, line.repeat(200_000) + "added ü\n".repeat(added), true);
          const part: LogPart | undefined = resultOf(await client.log(of, next));
          assert.equal(part?.text, "added ü\n");
          next = part?.next ?? 0;
        }
        assert.ok(sent(hydra) - before < 50_000, `${sent(hydra) - before} bytes`);
        assert.equal(resultOf(await client.logTail(of, 2)), "added ü\nadded ü\n");
      });

      test("that it breaks off: nothing of them is lost or read twice", async () => {
        const hydra = await start();
        const client = clientOf(hydra, null);
        const text = "one\ntwo\nthree\n".repeat(1000);
        hydra.writeLog(drvPath, text, true);
        const mend = hydra.interfere({ requests: /^GET \/log/, answer: { cutAfter: 5000 } });
        const broken = await client.log(of, 0);
        assert.equal(codeOf(broken), "hydra-unreachable");
        mend();
        assert.deepEqual(resultOf(await client.log(of, 0)), { text, next: text.length });
        const stopped = await start();
        const other = clientOf(stopped, null);
        await stopped.stop();
        assert.equal(codeOf(await other.log(of, 0)), "hydra-unreachable");
      });

      test("that another server keeps: it gets neither cookie nor password nor address", async () => {
        const seen: { method: string | undefined; headers: object }[] = [];
        const other = await serve((request, response) => {
          seen.push({ method: request.method, headers: request.headers });
          response.writeHead(200, { "Content-Type": "text/plain" }).end("kept\n");
        });
        lab.defer(other.stop);
        const hydra = await start({ logPrefix: `${other.url}/` });
        const client = clientOf(hydra);
        resultOf(await client.putJobset("morph", eiffel));
        assert.deepEqual(resultOf(await client.log(of, 0)), { text: "kept\n", next: 5 });
        assert.equal(seen.length, 1);
        const leaked = ["cookie", "authorization", "referer", "origin"].filter(
          name => name in (seen[0]?.headers ?? {}),
        );
        assert.deepEqual(leaked, []);
      });

      test("that do not exist", async () => {
        const hydra = await start();
        assert.equal(resultOf(await clientOf(hydra, null).log(of, 0)), undefined);
        assert.equal(resultOf(await clientOf(hydra, null).logTail(of, 10)), undefined);
      });
    });

    test("does not make us send a login or a cookie elsewhere", async () => {
      const seen: string[] = [];
      const other = await serve((request, response) => {
        seen.push(`${request.method} ${request.url}`);
        response.writeHead(200, { "Content-Type": "application/json" }).end('{"username":"x","userroles":[]}');
      });
      lab.defer(other.stop);
      const hydra = await start();
      const client = clientOf(hydra);
      for (const status of [301, 302, 307, 308]) {
        const away = { status, headers: { Location: `${other.url}/login` } };
        const end = hydra.interfere({ requests: /./, answer: away });
        assert.ok(codeOf(await client.connect("morph")));
        assert.ok(codeOf(await client.putJobset("morph", eiffel)));
        assert.ok(codeOf(await client.trigger("morph", "eiffel")));
        end();
      }
      assert.deepEqual(seen, []);
    });

    test("with a certificate of a private authority", async () => {
      const tls = newAuthority(path.join(lab.dir, `authority-${flavour}`));
      const hydra = await start({ tls });
      assert.equal(codeOf(await clientOf(hydra, null).jobset("morph", "eiffel")), "hydra-unreachable");
      const own = new Connections({ authorities: fs.readFileSync(tls.certFile, "utf8") });
      resultOf(await clientOf(hydra, asAlice, own).connect("morph"));
      own.close();
    });
  });

/** Bytes of all answers so far. */
function sent({ requests }: TestHydra): number {
  return requests.reduce((sum, each) => sum + each.sent, 0);
}

/** A jobset with every field set, and its flags on or off. */
function everyField({ addJobset }: TestHydra, flags: boolean): Jobset {
  const jobset = addJobset("morph", "full", {
    ...{ description: 'Full ‘of’ "everything"', enabled: 3, hidden: flags, nixexprinput: "network" },
    ...{ nixexprpath: "hydra/full.nix", checkinterval: 3600, schedulingshares: 17, keepnr: 5, enableemail: flags },
    ...{ emailoverride: "ops@example.org", triggertime: 1, lastcheckedtime: 2, errortime: 3, errormsg: "error" },
    inputs: {
      network: "https://example.org/network.git main",
      flag: { type: "boolean", value: "false" },
      text: { type: "string", value: "  with spaces  " },
      list: { type: "nix", value: "[ 1 2 ]" },
    },
  });
  jobset.inputs.set("mail", { name: "mail", type: "git", value: "file:///x main", emailresponsible: true });
  return jobset;
}

function rename({ database }: TestHydra, from: string, to: string): void {
  const project = database.projects.get("morph");
  const jobset = project?.jobsets.get(from);
  assert.ok(project && jobset);
  project.jobsets.delete(from);
  project.jobsets.set(to, Object.assign(jobset, { name: to }));
  project.renames.set(from, to);
}

/** How we call a step's status. */
const stateNames: Readonly<Record<number, string>> = {
  0: "succeeded",
  1: "failed",
  3: "aborted",
  4: "cancelled",
  7: "timed-out",
  8: "failed",
  9: "aborted",
  10: "log-limit",
  11: "output-limit",
  12: "not-deterministic",
};

function storePath(number: number): string {
  return `/nix/store/${String(number).padStart(32, "0")}-hello-2.12`;
}

/** A step of every status and every phase; the first has a log, and the second was done by another build. */
function everyState({ writeLog }: TestHydra): Step[] {
  const now = seconds();
  const ended = Object.keys(stateNames).map(status => ({ status: Number(status), busy: 0 as const }));
  const running = Object.keys(phases).map(busy => ({ status: null, busy: Number(busy) as Step["busy"] }));
  writeLog("/x/1-step.drv", "log\n");
  return [...ended, ...running].map(({ status, busy }, index) => ({
    ...{ nr: index + 1, type: index === 5 ? 1 : 0, drvpath: `/x/${index + 1}-step.drv`, outputs: [storePath(index)] },
    ...{ machine: "ssh://root@attic", system: "x86_64-linux", busy, status, starttime: now - 3725 },
    stoptime: busy === 0 ? now : null,
    ...(status === 1 && { propagatedfrom: 7, errormsg: "<b>failed</b> & more" }),
  }));
}

/** A build that has failed, with these steps. */
function addBuild({ database }: TestHydra, steps: Step[]): Build {
  const build: Build = {
    ...{ id: database.builds.length + 1, project: "morph", jobset: "eiffel", job: "eiffel", nixname: "eiffel" },
    ...{ system: "x86_64-linux", drvpath: "/x/eiffel.drv", outputs: { out: "/x/eiffel" }, priority: 100 },
    ...{ globalpriority: 0, timestamp: seconds(), finished: true, buildstatus: 1, starttime: 1, stoptime: 2 },
    ...{ evals: [], steps, constituents: [], metrics: {} },
  };
  database.builds.push(build);
  return build;
}
