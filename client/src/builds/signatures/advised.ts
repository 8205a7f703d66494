import type { Problem, SignatureReport } from "../../../../server/src/protocol.ts";

/** A report with the reasons for missing trusted signatures, each with its fixes, the most important first. */
export interface AdvisedReport extends SignatureReport {
  readonly advice?: readonly Problem[] | undefined;
}
