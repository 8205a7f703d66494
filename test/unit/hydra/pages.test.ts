// The table of a build's steps is that of the recorded pages, and logs come as real servers send them.
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { recordedPage } from "../../support/hydra/captures.ts";
import type { Build, Step } from "../../support/hydra/database.ts";
import { seconds } from "../../support/hydra/database.ts";
import { type HydraOptions, startHydra, type TestHydra } from "../../support/hydra/hydra.ts";
import { type Lab, startLab } from "../../support/lab.ts";

describe("pages", { concurrency: 1 }, () => {
  let lab: Lab;
  before(async () => {
    lab = await startLab();
  });
  after(() => lab.stop());

  const start = async (options: Partial<HydraOptions> = {}) => {
    const hydra = await startHydra({ lab, base: "http://127.0.0.1:63333/", ...options });
    hydra.addProject("morph");
    hydra.addJobset("morph", "eiffel");
    return hydra;
  };

  test("a build that has succeeded", async () => {
    const hydra = await start();
    addBuild(hydra, 3, "eiffel", [
      { output: "2k02rf7d9psknv0nam0lnisfbwwmy6jg-hello-2.12", took: 1 },
      { output: "xkkdk9x69cggz096q0nnv89fikfzgr5i-nixos-system-eiffel-23.11", took: 5 },
    ]);
    assert.equal(await stepsOf(hydra, 3), tableOf(recordedPage("2026", "html-build-3")));
  });

  test("a build that has failed, and again after a restart: only the newest step of a derivation has a log", async () => {
    const hydra = await start();
    const failed = { output: "rr1qg75ch5rr1ai1qiwy7zq2m944xg89-vm-test-login", status: 1 };
    addBuild(hydra, 4, "tests.login", [{ ...failed, took: 1 }]);
    assert.equal(await stepsOf(hydra, 4), tableOf(recordedPage("2026", "html-build-4")));
    const again = await start();
    addBuild(again, 4, "tests.login", [
      { ...failed, took: 1 },
      { ...failed, took: 2 },
    ]);
    assert.equal(await stepsOf(again, 4), tableOf(recordedPage("2026", "html-build-4-restarted")));
  });

  test("a build that is running: its steps are in the summary, too", async () => {
    const hydra = await start();
    const output = "a3y1czfrl098jfkq7yjxlxjx61dnr49n-nixos-system-eiffel-23.11";
    addBuild(hydra, 5, "eiffel", [{ output, busy: 30 }]);
    const recorded = recordedPage("2026", "html-build-running");
    const withoutDuration = (table: string) => table.replace(/<td>\d+s<\/td>/, "<td>TIME</td>");
    assert.equal(withoutDuration(await stepsOf(hydra, 5)), withoutDuration(tableOf(recorded)));
    const page = await (await fetch(`${hydra.url}/build/5`)).text();
    assert.deepEqual([countRows(page), countRows(recorded)], [2, 2]);
  });

  test("before 2026 a step has no page, and its log another address", async () => {
    const hydra = await start({ flavour: "2023", base: "http://hydra/" });
    addBuild(hydra, 1, "eiffel", [{ output: "aaa-hello", took: 3725 }]);
    const [row] = /<tr>\s*<td>1<\/td>[\s\S]*<\/tr>/.exec(await stepsOf(hydra, 1)) ?? [];
    assert.match(row ?? "", /<td>1h&nbsp;2m&nbsp;5s<\/td> <td>localhost<\/td>/);
    assert.match(row ?? "", /<a class="row-link" href="http:\/\/hydra\/build\/1\/nixlog\/1">log<\/a>/);
  });

  test("a log that is still written has a length, and one that has ended does not", async () => {
    const hydra = await start();
    hydra.writeLog("/x/aaa-hello.drv", "one\ntwo\nthree\n", true);
    const ask = async (query = "", method = "GET") => {
      const response = await fetch(`${hydra.url}/log/aaa-hello.drv${query}`, { method });
      return [response.headers.get("content-length"), await response.text()];
    };
    assert.deepEqual(await ask(), ["14", "one\ntwo\nthree\n"]);
    assert.deepEqual(await ask("", "HEAD"), ["14", ""]);
    assert.deepEqual(await ask("?tail=1"), [null, "three\n"]);
    hydra.writeLog("/x/aaa-hello.drv", "one\ntwo\nthree\nfour\n");
    assert.deepEqual(await ask(), [null, "one\ntwo\nthree\nfour\n"]);
  });
});

interface Row {
  readonly output: string;
  /** In seconds. */
  readonly took?: number;
  readonly status?: number;
  readonly busy?: 30;
}

/** Adds a build with these steps, each with a log. */
function addBuild({ database, writeLog }: TestHydra, id: number, job: string, rows: readonly Row[]): void {
  const now = seconds();
  const steps = rows.map(({ output, took = 3, status = 0, busy = 0 as const }, index): Step => {
    const drvpath = `/nix/store/${output}.drv`;
    writeLog(drvpath, "");
    return {
      ...{ nr: index + 1, type: 0, drvpath, outputs: [`/nix/store/${output}`], machine: "", system: "x86_64-linux" },
      ...{ busy, status: busy === 0 ? status : null, starttime: now - took, stoptime: busy === 0 ? now : null },
    };
  });
  const isRunning = rows.some(({ busy }) => busy !== undefined);
  const status = rows.at(-1)?.status ?? 0;
  const build: Build = {
    ...{
      id,
      project: "morph",
      jobset: "eiffel",
      job,
      nixname: job,
      system: "x86_64-linux",
      drvpath: "/nix/store/x.drv",
    },
    ...{ outputs: {}, priority: 100, globalpriority: 0, timestamp: now, evals: [], constituents: [], metrics: {} },
    ...{ finished: !isRunning, buildstatus: isRunning ? null : status, starttime: null, stoptime: null, steps },
  };
  database.builds.push(build);
}

async function stepsOf({ url }: TestHydra, build: number): Promise<string> {
  return tableOf(await (await fetch(`${url}/build/${build}`)).text());
}

/** The table of all steps, without differences in spaces. */
function tableOf(page: string): string {
  const table = /id="tabs-buildsteps" class="tab-pane">([\s\S]*?)<\/table>/.exec(page)?.[1] ?? "";
  return table.replaceAll(/\s+/g, " ").replaceAll(" <", "<").replaceAll("> ", ">").replaceAll("><td", "> <td");
}

function countRows(page: string): number {
  return page.match(/class="step-status"/g)?.length ?? 0;
}
