import type { Budget } from "../values/budget.ts";
import type { Source } from "../values/sources.ts";
import type { SetValue, Value } from "../values/value.ts";

/** What functions need from the evaluator that calls them. */
export interface FunctionHost {
  readonly budget: Budget;
  /** The library of nixpkgs. */
  readonly library: SetValue;
  /** The value of a file; unknown if it is not loaded. */
  file(file: string): Value;
  /** A file's text or entries; undefined if it is not loaded. */
  source(file: string): Source | undefined;
}
