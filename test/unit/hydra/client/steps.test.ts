import assert from "node:assert/strict";
import { test } from "node:test";
import { stepsIn } from "../../../../server/src/hydra/client/steps.ts";

const hash = (digit: number) => String(digit).repeat(32);
const output = (digit: number, name: string) => `/nix/store/${hash(digit)}-${name}`;

/** The page of a build, with the rows of its steps as Hydra writes them. */
function page(rows: string): string {
  return `<!DOCTYPE html><html><body><ul><li><a href="#tabs-buildsteps">Build Steps</a></li></ul>
<div id="generic-tabs" class="tab-content">
  <div id="tabs-summary" class="tab-pane active"><div><table><tr><td>1</td><td>Build of <tt>/nix/store/x</tt></td><td>1s</td>
    <td>localhost</td><td>Succeeded</td></tr></table></div></div>
  <div id="tabs-buildsteps" class="tab-pane">  <table class="table table-striped table-condensed clickable-rows">
    <thead>
      <tr><th>Nr</th><th>Step</th><th>Duration</th><th>Machine</th><th>Status</th></tr>
    </thead>
    <tbody>${rows}</tbody>
  </table>    </div>  <div id="tabs-build-deps" class="tab-pane"><table><tr><td>9</td><td>Build of <tt>x</tt></td><td></td><td></td>
    <td>Failed</td></tr></table></div></div></body></html>`;
}

/** A row of servers from 2026 on. */
function newRow(nr: number, what: string, duration: string, machine: string, status: string, log = true): string {
  const url = `http://127.0.0.1:63333/build/3/step/${nr}`;
  const links = `(<a href="${url}/log">log</a>, <a href="${url}/log/raw">raw</a>, <a href="${url}/log/tail">tail</a>)`;
  return `                    <tr>
            <td><a class="row-link" href="${url}">${nr}</a></td>
            <td>                ${what}            </td>
            <td>${duration}</td>
            <td>${machine}</td>
            <td class="step-status">      ${status} ${log ? links : ""}                          </td>
          </tr>`;
}

/** A row of servers of 2023. */
function oldRow(nr: number, what: string, duration: string, machine: string, status: string): string {
  const url = `http://127.0.0.1:63334/build/1/nixlog/${nr}`;
  return `<tr><td>${nr}</td><td>${what}</td><td>${duration}</td><td>${machine}</td><td class="step-status">${status}
    (<a class="row-link" href="${url}">log</a>, <a href="${url}/raw">raw</a>, <a href="${url}/tail">tail</a>)</td></tr>`;
}

test("steps are read in the order of their numbers, with machine, duration and state", () => {
  const rows = [
    newRow(3, `Build of <tt>${output(3, "system")}</tt>`, "3s", "localhost", "<strong>Sending inputs</strong>"),
    newRow(
      2,
      `Build of <tt>${output(2, "linux-6.6")}</tt>`,
      "1h&nbsp;2m&nbsp;3s",
      "builder-1",
      "Succeeded\n (2 times)",
    ),
    newRow(
      1,
      `Substitution of <tt>${output(1, "hello-2.12")}</tt>`,
      "<em>n/a</em>",
      "<em>n/a</em>",
      "Succeeded",
      false,
    ),
  ];
  assert.deepEqual(stepsIn(page(rows.join(""))), [
    { nr: 1, kind: "substitution", outPath: output(1, "hello-2.12"), state: "succeeded", hasLog: false },
    {
      nr: 2,
      kind: "build",
      outPath: output(2, "linux-6.6"),
      machine: "builder-1",
      state: "succeeded",
      duration: 3_723_000,
      hasLog: true,
    },
    {
      nr: 3,
      kind: "build",
      outPath: output(3, "system"),
      machine: "localhost",
      state: "running",
      phase: "Sending inputs",
      duration: 3000,
      hasLog: true,
    },
  ]);
});

test("servers of 2023 link the log differently, and the first of several outputs counts", () => {
  const what = `Build of <tt>${output(4, "openssl-bin")},<br/>${output(5, "openssl")}</tt>`;
  assert.deepEqual(stepsIn(page(oldRow(1, what, "5s", "localhost", "Succeeded"))), [
    {
      nr: 1,
      kind: "build",
      outPath: output(4, "openssl-bin"),
      machine: "localhost",
      state: "succeeded",
      duration: 5000,
      hasLog: true,
    },
  ]);
});

test("every status that Hydra shows is understood", () => {
  const error = (text: string) => `<span class="error">${text}</span>`;
  const statuses = {
    [`${error("Failed")}: <em>builder failed, the cause is &lt;b&gt;</em>`]: "failed",
    [error("Failed")]: "failed",
    [error("Cached failure")]: "failed",
    [`${error("Aborted")}: <em>Succeeded too late</em>`]: "aborted",
    [error("Unsupported system type")]: "aborted",
    [error("Cancelled")]: "cancelled",
    [error("Timed out")]: "timed-out",
    [error("Log limit exceeded")]: "log-limit",
    [error("Output limit exceeded")]: "output-limit",
    [`${error("Non-determinism detected")} after 2 times`]: "not-deterministic",
    '<span class="warn">Succeeded with non-determistic result</span>': "succeeded",
    "Something new": "unknown",
  };
  for (const [html, state] of Object.entries(statuses)) {
    const [step] = stepsIn(page(newRow(1, `Build of <tt>${output(1, "a")}</tt>`, "1s", "localhost", html)));
    assert.equal(step?.state, state, html);
  }
});

test("a failure that another build has found says in which", () => {
  const status = `<span class="error">Cached failure</span> (propagated from <a href="http://h/build/41">build 41</a>)`;
  const [step] = stepsIn(page(newRow(1, `Build of <tt>${output(1, "a")}</tt>`, "1s", "localhost", status)));
  assert.equal(step?.inBuild, 41);
});

test("a step that was only resolved names its derivation", () => {
  const what = `Resolution of <tt>${output(6, "a.drv")}</tt>`;
  const [step] = stepsIn(page(newRow(1, what, "<em>n/a</em>", "<em>n/a</em>", "<em>Resolved</em>", false)));
  assert.deepEqual(step, { nr: 1, kind: "build", drvPath: output(6, "a.drv"), state: "succeeded", hasLog: false });
});

test("a page without steps, or that is something else, has none", () => {
  for (const html of [
    "",
    page(""),
    "<table><tr><td>1</td></tr>",
    '<div id="tabs-buildsteps"><tr><td>1</td><td>x</td></tr>',
  ])
    assert.deepEqual(stepsIn(html), []);
});
