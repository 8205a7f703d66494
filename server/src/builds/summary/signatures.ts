import type { BuildSummary, SignatureReport } from "../../protocol.ts";

/** What a build's summary has of its signature report; undefined if there is none. */
export function signaturesIn(report: SignatureReport | undefined): Pick<BuildSummary, "signatures" | "signatureCheck"> {
  if (report === undefined) return { signatures: undefined };
  const { total, trusted, untrusted, invalid, unsigned, missing, contentAddressed, builtHere, differs, unreachable } =
    report;
  const problems = report.caches.flatMap(({ url, problem }) =>
    problem === undefined || url === "" ? [] : [{ cache: url, code: problem.code }],
  );
  return {
    signatures: {
      ...{ total, trusted, untrusted, invalid, unsigned, missing },
      ...{ contentAddressed, builtHere, differs, unreachable },
    },
    signatureCheck: { at: report.at, ...(problems.length > 0 && { problems }) },
  };
}
