/** What identifies a row. */
interface Row {
  /** Unique in the view. */
  readonly key: string;
}

interface Shown<R> {
  /** The row's appearance; undefined: it must be refreshed in any case. */
  look?: string | undefined;
  /** Its child rows, once VS Code has asked for them. */
  below?: readonly R[] | undefined;
}

/** The current state of a row. */
export interface Now<R> {
  readonly look: (row: R) => string;
  /** Undefined if a request is necessary. */
  readonly below: (row: R) => readonly R[] | undefined;
}

/**
 * The rows that VS Code has. It refreshes a row only together with everything below it, and a click in the meantime may be lost,
 * so only changed rows are refreshed. Independent of VS Code.
 */
export class ShownRows<R extends Row> {
  /** Top row -> key -> row. */
  readonly #rows = new Map<string, Map<string, Shown<R>>>();
  readonly #topOf: (row: R) => string;

  /** @param topOf identifies the row at the top of the tree that a row is below, such as its build. */
  constructor(topOf: (row: R) => string) {
    this.#topOf = topOf;
  }

  /** VS Code was given a row. */
  gave(row: R, look: string): void {
    this.#shown(row).look = look;
  }

  /** VS Code was given the child rows of a row. */
  gaveBelow(row: R, below: readonly R[]): void {
    this.#shown(row).below = below;
  }

  /** Makes sure that a row is refreshed the next time. */
  outdate(row: R): void {
    this.#shown(row).look = undefined;
  }

  /** The fewest rows to refresh so that this row and everything below it are up to date. */
  changed(row: R, now: Now<R>): readonly R[] {
    const shown = this.#rows.get(this.#topOf(row))?.get(row.key);
    if (shown === undefined) return [];
    const changes: R[] = [];
    const reordered: R[] = [];
    this.#collect(row, now, changes, reordered);
    // A row that moved from one parent to another would be below both for a moment.
    return reordered.length > 1 ? [row] : changes;
  }

  #collect(row: R, now: Now<R>, changes: R[], reordered: R[]): void {
    const shown = this.#rows.get(this.#topOf(row))?.get(row.key);
    if (shown === undefined) return;
    const below = shown.below === undefined ? undefined : now.below(row);
    const isReordered = below !== undefined && !haveSameKeys(below, shown.below ?? []);
    if (isReordered) reordered.push(row);
    if (isReordered || shown.look === undefined || shown.look !== now.look(row)) changes.push(row);
    // VS Code identifies rows by object.
    else if (below !== undefined) for (const each of shown.below ?? []) this.#collect(each, now, changes, reordered);
  }

  /** Forgets what is below a top row. */
  drop(top: string): void {
    this.#rows.delete(top);
  }

  /** Forgets all top rows except these. */
  keepOnly(tops: ReadonlySet<string>): void {
    for (const top of this.#rows.keys()) if (!tops.has(top)) this.drop(top);
  }

  #shown(row: R): Shown<R> {
    const top = this.#topOf(row);
    const rows = this.#rows.get(top) ?? new Map<string, Shown<R>>();
    this.#rows.set(top, rows);
    const shown = rows.get(row.key) ?? {};
    rows.set(row.key, shown);
    return shown;
  }
}

/** Whether two lists are of the same rows. */
export function haveSameKeys(rows: readonly Row[], others: readonly Row[]): boolean {
  return rows.length === others.length && rows.every(({ key }, index) => key === others[index]?.key);
}
