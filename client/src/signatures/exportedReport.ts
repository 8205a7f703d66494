import type { BuildSummary } from "../../../server/src/protocol.ts";
import type { AdvisedReport } from "../builds/signatures/advised.ts";

/** A signature report as JSON for other programs: the report of the server, and what it is about. Addresses have no logins. */
export function exportedReport({ machine, uri, outPath }: BuildSummary, report: AdvisedReport): string {
  // What fixes do is only for VS Code.
  const advice = report.advice.map(({ problem: { fixes: _, ...problem }, ...about }) => ({ ...about, problem }));
  return `${JSON.stringify({ machine, network: uri, outPath, ...report, advice }, undefined, 2)}\n`;
}
