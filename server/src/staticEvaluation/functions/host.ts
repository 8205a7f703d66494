import type { Budget } from "../values/budget.ts";
import type { Source } from "../values/sources.ts";
import type { SetValue, Value } from "../values/value.ts";

/** What functions need of the evaluator that calls them. */
export interface FunctionHost {
  readonly budget: Budget;
  /** The library of nixpkgs. */
  readonly library: SetValue;
  /** What a file evaluates to; unknown when it is not loaded. */
  file(file: string): Value;
  /** A file's text or content; undefined when it is not loaded. */
  source(file: string): Source | undefined;
}
