// The page of a timeline, in VS Code's webview: a chart to look at, and a table of the same for keyboard and screen reader.

import type { FromTimelinePage, ShowTimeline } from "../src/timeline/messages.ts";
import { Chart } from "./chart.ts";
import { fillTable } from "./table.ts";

declare function acquireVsCodeApi(): { postMessage(message: FromTimelinePage): void };

const vscode = acquireVsCodeApi();
const open = (build: string, drvPath: string) => vscode.postMessage({ kind: "open", build, drvPath });

const chart = new Chart(element("chart"), open);

element("zoom-in").addEventListener("click", () => chart.zoom(2));
element("zoom-out").addEventListener("click", () => chart.zoom(0.5));
element("fit").addEventListener("click", () => chart.fit());
element("save").addEventListener("click", () => vscode.postMessage({ kind: "save" }));

window.addEventListener("message", ({ data }: MessageEvent<ShowTimeline>) => {
  const { timeline, summary, texts } = data;
  element("summary").textContent = timeline === undefined ? texts.nothing : summary;
  for (const part of ["tools", "chart", "table"]) element(part).hidden = timeline === undefined;
  if (timeline === undefined) return;
  chart.show(data);
  // The chart is painted first: the table may have thousands of rows.
  requestAnimationFrame(() => setTimeout(() => fillTable(element("table"), data, open)));
});

vscode.postMessage({ kind: "ready" });

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no element '${id}'.`);
  return found;
}
