// The test server answers as the real ones did: every recorded request, in its order, gets the recorded answer.
import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { type Capture, captures } from "../../support/hydra/captures.ts";
import {
  type Build,
  Database,
  type Evaluation,
  type Flavour,
  newJobset,
  newProject,
  type Step,
} from "../../support/hydra/database.ts";
import { startWeb, type Web } from "../../support/hydra/http/site.ts";
import { alice, bob } from "../../support/hydra/hydra.ts";
import type { Site } from "../../support/hydra/web/exchange.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

type Entity = Record<string, unknown>;

/** Requests for pages that the test server does not have: no program reads them. */
const others = ["86-prometheus"];

/** Where the real servers were. */
const bases = { "2026": "http://127.0.0.1:63333/", "2023": "http://127.0.0.1:63334/" } as const;

/** Requests to a second server of 2026, which had the builds of that of 2023. */
const isSecond = ({ name, request }: Capture) =>
  request.headers.Cookie?.endsWith("session-02") && !name.startsWith("C");

const servers = [
  { flavour: "2026", world: "2026", takes: (capture: Capture) => !isSecond(capture) },
  { flavour: "2026", world: "second", takes: isSecond },
  { flavour: "2023", world: "2023", takes: () => true },
] as const;

function siteOf(
  flavour: Flavour,
  database: Database,
  folder: string,
  logs: Map<string, string>,
): Site & { isPrivate: boolean } {
  database.sessions.set("session-01", { user: "alice" });
  database.sessions.set("session-02", { user: "alice" });
  database.sessions.set("session-05", { user: "bob" });
  database.sessions.set("session-13", { user: "alice" });
  return {
    flavour,
    database,
    isPrivate: false,
    logPrefix: undefined,
    logFile: name => {
      const text = logs.get(name);
      if (text === undefined) return undefined;
      fs.writeFileSync(path.join(folder, name), text);
      return path.join(folder, name);
    },
    isPlain: () => true,
    wake: () => undefined,
    cancel: () => undefined,
    forgetFailures: () => undefined,
  };
}

interface World {
  readonly database: Database;
  readonly logs: Map<string, string>;
  /** The body of a recorded answer. */
  body(name: string): Entity;
  set(change: { isPrivate: boolean }): void;
}

/** What happened on the real servers between the requests: evaluations and builds. */
const stages: Readonly<Record<(typeof servers)[number]["world"], (world: World) => (capture: Capture) => void>> = {
  "2026": ({ database, logs, body, set }) => {
    const jobset = (project: string, name: string) => {
      const found = database.jobset(project, name);
      assert.ok(found, `${project}:${name}`);
      return found;
    };
    const eiffel = () => jobset("morph", "eiffel");
    const put = (...entities: readonly Entity[]) => {
      for (const entity of entities) {
        const index = database.builds.findIndex(({ id }) => id === entity.id);
        const build = buildOf(entity);
        if (index < 0) database.builds.push(build);
        else database.builds[index] = { ...build, steps: database.builds[index]?.steps ?? [] };
      }
    };
    const build = (id: number) => {
      const found = database.build(id);
      assert.ok(found, `build ${id}`);
      return found;
    };
    const logText = (name: string, drv: string) => logs.set(drv, String(body(name)));
    const happened: Readonly<Record<string, () => void>> = {
      "51-get-jobset-after-eval": () => {
        const errormsg = body("51b-get-jobset-errors").errormsg as string;
        Object.assign(eiffel(), { errormsg, errortime: 1795451216, lastcheckedtime: 1795451216 });
      },
      "51c-get-jobset-errors": () => {
        eiffel().errormsg = body("51c-get-jobset-errors").errormsg as string;
      },
      "52-evals": () => {
        put(...(Object.values(body("54-eval-builds")) as Entity[]));
        database.evals.push(evalOf(body("53-eval"), "eiffel"));
      },
      "58c-api-jobsets-evaluating": () => {
        eiffel().starttime = 1795451457;
        database.evals.push(evalOf(body("67-eval-done"), "eiffel"));
        for (const id of [1, 2]) Object.assign(build(id), { finished: true, buildstatus: 0 });
        put(body("65-build-ok"), body("66-build-failed"));
      },
      "60-build-running": () => {
        eiffel().starttime = null;
        put(body("60-build-running"));
        const system = "x86_64-linux";
        const hello = "/nix/store/75l377kpznp9h09ig90c4yqvv2d7vfby-hello-2.12.drv";
        const out = "/nix/store/2k02rf7d9psknv0nam0lnisfbwwmy6jg-hello-2.12";
        build(3).steps.push(
          { ...step(1, hello, out, system), starttime: 1795451329, stoptime: 1795451330 },
          { ...step(2, build(3).drvpath, build(3).outputs.out ?? "", system), starttime: 1795451330, busy: 30 },
        );
        Object.assign(build(3).steps[1] ?? {}, { status: null, stoptime: null });
      },
      "64c-log-partial": () => {
        logText("64c-log-partial", "bgy6z9lj7viid85656mfqnzvkv3y1xyl-nixos-system-eiffel-23.11.drv");
      },
      "65-build-ok": () => {
        put(body("65-build-ok"), body("66-build-failed"));
        Object.assign(build(3).steps[1] ?? {}, { busy: 0, status: 0, stoptime: 1795451335 });
        const { drvpath, outputs } = build(4);
        build(4).steps.push({ ...step(1, drvpath, outputs.out ?? "", "x86_64-linux"), status: 1 });
        for (const { drvpath: each } of [build(3), build(4), ...build(3).steps])
          logs.set(path.posix.basename(each), "");
      },
      "75-api-jobsets": () => {
        eiffel().triggertime = null;
      },
      "79-search": () => {
        put(...(body("79-search").builds as Entity[]));
      },
      "90d-cancel-running": () => {
        const running = { ...buildOf(body("90e-build-cancelled")), finished: false, buildstatus: null };
        database.builds.push({ ...running, starttime: null, stoptime: null });
      },
      "A1-get-declarative": () => {
        const given = body("A2-get-decl-jobset");
        const made = { ...newJobset("decl", "eiffel"), ...(given as object), hidden: false, forceeval: false };
        database.projects
          .get("decl")
          ?.jobsets.set("eiffel", { ...made, inputs: new Map(Object.entries(given.inputs as never)) });
        Object.assign(jobset("decl", ".jobsets"), { triggertime: null, lastcheckedtime: 1795451572 });
      },
      "C0-private-anon-get": () => set({ isPrivate: true }),
      "C1-private-with-cookie": () => {
        const { displayname, description, homepage } = body("C1-private-with-cookie");
        Object.assign(database.projects.get("morph") ?? {}, { displayname, description, homepage });
      },
    };
    return ({ name }) => happened[name]?.();
  },
  second: ({ database, body, logs }) => {
    const builds = captures("2023").find(({ name }) => name === "54-eval-builds")?.response.body as Entity[];
    database.projects.set("morph", newProject("morph", "alice"));
    database.projects.get("morph")?.jobsets.set("eiffel", newJobset("morph", "eiffel"));
    for (const entity of builds) database.builds.push(buildOf(entity));
    const failed = database.build(2);
    assert.ok(failed);
    failed.steps.push({ ...step(1, failed.drvpath, failed.outputs.out ?? "", failed.system), status: 1 });
    logs.set(path.posix.basename(failed.drvpath), String(body("64e-log-failed-text")));
    return () => undefined;
  },
  "2023": ({ database, body, logs }) => {
    const happened: Readonly<Record<string, () => void>> = {
      "51-get-jobset": () => {
        const jobset = database.jobset("morph", "eiffel");
        const { errormsg } = body("51-get-jobset");
        Object.assign(jobset ?? {}, {
          errormsg,
          errortime: 1795451676,
          lastcheckedtime: 1795451676,
          triggertime: null,
        });
        for (const entity of Object.values(body("54-eval-builds")) as Entity[]) database.builds.push(buildOf(entity));
        database.evals.push(evalOf(body("53-eval"), "eiffel"));
      },
      "70-nixlog": () => {
        const failed = database.build(2);
        assert.ok(failed);
        failed.steps.push({ ...step(1, failed.drvpath, failed.outputs.out ?? "", failed.system), status: 1 });
        logs.set(path.posix.basename(failed.drvpath), "");
      },
    };
    return ({ name }) => happened[name]?.();
  },
};

function buildOf(entity: Entity): Build {
  const { buildoutputs, buildproducts, buildmetrics, jobsetevals, releasename, finished, ...fields } =
    entity as never as {
      buildoutputs: Record<string, { path: string }>;
      buildproducts: unknown;
      buildmetrics: Build["metrics"];
      jobsetevals: number[];
      releasename: unknown;
      finished: number;
    } & Omit<Build, "outputs" | "metrics" | "evals" | "finished" | "steps" | "constituents" | "globalpriority">;
  return {
    ...fields,
    outputs: Object.fromEntries(Object.entries(buildoutputs).map(([name, output]) => [name, output.path])),
    metrics: buildmetrics,
    evals: [...jobsetevals],
    finished: finished === 1,
    steps: [],
    constituents: [],
    globalpriority: 0,
  };
}

function evalOf(entity: Entity, jobset: string): Evaluation {
  const { jobsetevalinputs, hasnewbuilds, flake, ...fields } = entity as never as {
    jobsetevalinputs: Evaluation["inputs"];
    hasnewbuilds: number;
    flake: null;
  } & Omit<Evaluation, "inputs" | "hasnewbuilds" | "project" | "jobset" | "hash" | "errormsg">;
  const rest = { project: "morph", jobset, hash: "", errormsg: "" };
  return { ...fields, ...rest, hasnewbuilds: hasnewbuilds === 1, inputs: jobsetevalinputs };
}

/** A step that has succeeded on the server itself. */
function step(nr: number, drvpath: string, output: string, system: string): Step {
  const times = { starttime: 1795451335, stoptime: 1795451336 };
  return { nr, type: 0, drvpath, outputs: [output], machine: "", system, busy: 0, status: 0, ...times };
}

/** The answer to a recorded request, as far as it is compared. */
async function replay(url: string, { request }: Capture): Promise<object> {
  const { method, path: target, headers, body } = request;
  const payload = body === null ? undefined : typeof body === "string" ? body : JSON.stringify(body);
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http
      .request(url + target, { method, headers, agent: false }, resolve)
      .once("error", reject)
      .end(payload);
  });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  const isJson = response.headers["content-type"]?.startsWith("application/json");
  const fields = new Map(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
  return comparable(response.statusCode ?? 0, fields, isJson && text !== "" ? JSON.parse(text) : text);
}

function expected({ response }: Capture): object {
  const fields = new Map(response.headers.map(([name, value]) => [name.toLowerCase(), value]));
  return comparable(response.status, fields, response.body);
}

/** Without what differs between two runs: ids of sessions, times, and the length and text of pages. */
function comparable(status: number, headers: ReadonlyMap<string, string>, body: unknown): object {
  const isPage = typeof body === "string" && headers.get("content-type")?.startsWith("text/html");
  const length = isPage || status === 204 ? undefined : headers.has("content-length");
  return {
    status,
    ...Object.fromEntries(["location", "vary", "content-type", "allow"].map(name => [name, headers.get(name)])),
    cookie: headers
      .get("set-cookie")
      ?.replace(/=[\w-]+;/, "=ID;")
      .replace(/expires=[^;]*/, datePattern),
    length: isPage ? undefined : length,
    body: isPage ? titleOf(body) : withoutTimes(body),
  };
}

/** `Mon, 30-Nov-2026 16:23:44 GMT`. */
function datePattern(text: string): string {
  return /^expires=\w{3}, \d\d-\w{3}-\d{4} \d\d:\d\d:\d\d GMT$/.test(text) ? "DATE" : text;
}

function titleOf(page: string): string {
  return /<title>.*<\/title>/.exec(page)?.[0] ?? "";
}

/** Numbers that are seconds of these years become a word, and the parser's own words about damaged JSON go. */
function withoutTimes(value: unknown): unknown {
  if (typeof value === "number") return value > 1_700_000_000 ? "TIME" : value;
  if (typeof value === "string") return value.replace(/(\*\*\*ERROR\*\*\*\r\n)[\s\S]*/, "$1");
  if (Array.isArray(value)) return value.map(withoutTimes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutTimes(each)]));
}

for (const { flavour, world, takes } of servers)
  describe(`a server of ${flavour}${world === "second" ? ", later" : ""}`, { concurrency: 1 }, () => {
    const recorded = captures(flavour);
    const body = (name: string) => recorded.find(each => each.name === name)?.response.body as Entity;
    const database = new Database([alice, bob]);
    const logs = new Map<string, string>();
    let site: Site & { isPrivate: boolean };
    let web: Web;
    let folder: string;

    before(async () => {
      folder = tempFolder("hydra");
      site = siteOf(flavour, database, folder, logs);
      web = await startWeb(site, { base: bases[flavour] });
    });
    after(async () => {
      await web.served.stop();
      await removeTree(folder);
    });

    const stage = stages[world]({ database, body, logs, set: change => Object.assign(site, change) });
    for (const capture of recorded.filter(each => takes(each) && !others.includes(each.name)))
      test(`answers ${capture.name} (${capture.request.method} ${capture.request.path}) as recorded`, async () => {
        stage(capture);
        assert.deepEqual(await replay(web.url, capture), expected(capture));
      });
  });
