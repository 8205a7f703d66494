import type { BuildSummary, SignatureReport } from "../../protocol.ts";

/** What a build's summary has of its signature report; undefined if there is none. */
export function signaturesIn(report: SignatureReport | undefined): Pick<BuildSummary, "signatures" | "signatureCheck"> {
  if (report === undefined) return { signatures: undefined };
  const { at, bytes: _, trustedKeys: __, caches, paths: ___, ...signatures } = report;
  const problems = caches.flatMap(({ url, problem }) =>
    problem === undefined || url === "" ? [] : [{ cache: url, code: problem.code }],
  );
  return { signatures, signatureCheck: { at, ...(problems.length > 0 && { problems }) } };
}
