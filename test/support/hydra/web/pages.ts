import { type Build, phases, type Step, seconds } from "../database.ts";
import { at, type Exchange } from "./exchange.ts";

// The parts of Hydra's pages that programs read: the table of a build's steps, in the form of both versions.

export function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

export function page(title: string, body: string): string {
  return `<!DOCTYPE html>

<html lang="en">

  <head>
    <title>Hydra - ${escapeHtml(title)}</title>

    <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
  </head>

  <body>

    <div class="container">
${body}
    </div>

  </body>

</html>
`;
}

/** The page of an answer that only says where something is now. */
export function movedPage(to: string): string {
  return `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">
    <html xmlns="http://www.w3.org/1999/xhtml">
    <head>
    <title>Moved</title>
    </head>
    <body>
   <p>This item has moved <a href="${escapeHtml(to)}">here</a>.</p>
</body>
</html>
`;
}

/** Catalyst's own page for what failed before an answer was begun. */
export const crashPage = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
    "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en">
<head>
    <meta http-equiv="Content-Language" content="en" />
    <meta http-equiv="Content-Type" content="text/html; charset=utf-8" />
    <title>Hydra</title>
</head>
<body>
    <div class="box">
        <div class="error">(en) Please come back later</div>
    </div>
</body>
</html>
`;

/** A build with its steps. Running and failed ones are in the summary, too: a second table with the same rows. */
export function buildPage(exchange: Exchange, build: Build): string {
  const { steps } = build;
  const running = steps.filter(step => step.busy !== 0);
  const failed = steps.filter(step => step.busy === 0 && step.status !== 0);
  const hasFailed = build.finished && ![0, 4, 6].includes(build.buildstatus ?? 0);
  const logs = new Set<string>();
  const table = (shown: readonly Step[]) => stepsTable(exchange, build, shown, logs);
  return `
<div id="generic-tabs" class="tab-content">

  <div id="tabs-summary" class="tab-pane active">
      ${running.length > 0 ? `<h3>Running build steps</h3>${table(running)}` : ""}
      ${hasFailed && steps.length > 0 ? `<h3>Failed build steps</h3>${table(failed)}` : ""}
  </div>
  <div id="tabs-details" class="tab-pane">
    <table class="info-table">
      <tr>
        <th>Derivation store path:</th>
        <td><tt>${escapeHtml(build.drvpath)}</tt></td>
      </tr>
    </table>
  </div>
    ${steps.length > 0 ? `<div id="tabs-buildsteps" class="tab-pane">${stepsTable(exchange, build, steps, new Set())}</div>` : ""}
</div>
`;
}

/** A table of steps, the last one first. Only the first row of a derivation links to its log. */
function stepsTable(exchange: Exchange, build: Build, steps: readonly Step[], logs: Set<string>): string {
  const rows = steps.toReversed().map(step => {
    const isFirst = !logs.has(step.drvpath);
    logs.add(step.drvpath);
    const hasLog = isFirst && exchange.site.logFile(baseName(step.drvpath)) !== undefined;
    return stepRow(exchange, build, step, hasLog);
  });
  return `  <table class="table table-striped table-condensed clickable-rows">
    <thead>
      <tr><th>Nr</th><th>${exchange.site.flavour === "2026" ? "Step" : "What"}</th><th>Duration</th><th>Machine</th><th>Status</th></tr>
    </thead>
    <tbody>${rows.join("")}    </tbody>
  </table>`;
}

function stepRow(exchange: Exchange, build: Build, step: Step, hasLog: boolean): string {
  const isNew = exchange.site.flavour === "2026";
  const own = at(exchange, "build", build.id, "step", step.nr);
  const log = isNew ? `${own}/log` : at(exchange, "build", build.id, "nixlog", step.nr);
  const link = (address: string, text: string) => `<a href="${address}">${text}</a>`;
  const first = isNew ? link(log, "log") : `<a class="row-link" href="${log}">log</a>`;
  const logs = hasLog ? `(${first}, ${link(`${log}/raw`, "raw")}, ${link(`${log}/tail`, "tail")})` : "";
  const from = step.propagatedfrom;
  const propagated =
    from === undefined ? "" : `(propagated from ${link(at(exchange, "build", from), `build ${from}`)})`;
  return `                    <tr>
            <td>${isNew ? `<a class="row-link" href="${own}">${step.nr}</a>` : step.nr}</td>
            <td>                ${step.type === 0 ? "Build" : "Substitution"} of <tt>${step.outputs.join(",<br/>")}</tt>            </td>
            <td>${durationText(build, step)}</td>
            <td>${machineText(step)}</td>
            <td class="step-status">    ${statusText(step)} ${logs}               ${propagated}           </td>
          </tr>`;
}

function durationText(build: Build, step: Step): string {
  if (step.busy === 0) return step.stoptime === null ? "<em>n/a</em>" : duration(step.stoptime - step.starttime);
  return duration((build.finished ? (build.stoptime ?? seconds()) : seconds()) - step.starttime);
}

/** `1h&nbsp;0m&nbsp;5s`. */
function duration(all: number): string {
  const parts = [];
  if (all >= 86400) parts.push(`${Math.floor(all / 86400)}d`);
  if (all >= 3600) parts.push(`${Math.floor(all / 3600) % 24}h`);
  if (all >= 60) parts.push(`${Math.floor(all / 60) % 60}m`);
  return [...parts, `${all % 60}s`].join("&nbsp;");
}

/** Of steps that no machine has run there is none. */
function machineText({ busy, status, machine }: Step): string {
  if (busy === 0 && ![0, 1, 3, 4, 7].includes(status ?? -1)) return "<em>n/a</em>";
  if (machine === "") return "localhost";
  return /^(?:[^.]|\.[0-9])*/.exec(machine.replace(/^.*@/, ""))?.[0] ?? "";
}

const statusNames: Readonly<Record<number, string>> = {
  3: "Aborted",
  4: "Cancelled",
  7: "Timed out",
  8: "Cached failure",
  9: "Unsupported system type",
  10: "Log limit exceeded",
  11: "Output limit exceeded",
  12: "Non-determinism detected",
};

function statusText({ busy, status, errormsg }: Step): string {
  if (busy !== 0) return `<strong>${phases[busy]}</strong>`;
  if (status === 0) return "Succeeded";
  const name = statusNames[status ?? -1];
  const hasReason = errormsg !== undefined && (name === undefined || status === 3);
  const reason = hasReason ? `: <em>${escapeHtml(errormsg)}</em>` : "";
  return `<span class="error">${name ?? "Failed"}</span>${reason}`;
}

function baseName(storePath: string): string {
  return storePath.slice(storePath.lastIndexOf("/") + 1);
}
