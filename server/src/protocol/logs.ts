/** One page of a log. */
export interface LogPage {
  /** Whole lines, each with its line end; at most `maxLogLines`. */
  readonly text: string;
  /** Counted in lines. */
  readonly nextOffset: number;
  /** True: it cannot grow. */
  readonly done: boolean;
}

/** The most lines that one `morph/buildLog` answers. */
export const maxLogLines = 2000;
