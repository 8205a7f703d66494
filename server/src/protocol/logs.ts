/** One page of a log. */
export interface LogPage {
  /** Complete lines, each with its line break; at most `maxLogLines`. */
  readonly text: string;
  /** In lines. */
  readonly nextOffset: number;
  /** True when the log can no longer grow. */
  readonly done: boolean;
}

/** The maximum number of lines in one response to `morph/buildLog`. */
export const maxLogLines = 2000;
