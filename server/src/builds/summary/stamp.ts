import type { EvaluationResult } from "../record/record.ts";

/** A short form of a text's stamp, which every published summary contains: 64 bits, which are enough to distinguish texts. */
export function shortStamp(stamp: string): string {
  return stamp.slice(0, 16);
}

/** The stamp of the text that a build was evaluated from; undefined if it was recorded by an older version. */
export function stampOf(result: EvaluationResult | undefined): string | undefined {
  const revision = result?.evaluation?.revision ?? result?.revision;
  return revision === undefined ? undefined : shortStamp(revision);
}
