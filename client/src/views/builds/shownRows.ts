/** What VS Code needs of a row to know it again. */
interface Row {
  /** Unique in the view. */
  readonly key: string;
  /** The build's. */
  readonly id: string;
}

interface Shown<R> {
  /** What can be seen of the row; undefined: it has to be drawn again whatever it looks like. */
  look?: string | undefined;
  /** The rows below it, once VS Code has asked for them. */
  below?: readonly R[] | undefined;
}

/** How a row looks now. */
export interface Now<R> {
  readonly look: (row: R) => string;
  /** Undefined: not known without asking. */
  readonly below: (row: R) => readonly R[] | undefined;
}

/**
 * The rows as VS Code has them. It draws a row again only with all that is below it, and what is clicked meanwhile may be lost, so
 * only what has changed is drawn. Knows no VS Code.
 */
export class ShownRows<R extends Row> {
  /** Build -> key -> row. */
  readonly #builds = new Map<string, Map<string, Shown<R>>>();

  /** VS Code was given a row. */
  gave(row: R, look: string): void {
    this.#shown(row).look = look;
  }

  /** VS Code was given what is below a row. */
  gaveBelow(row: R, below: readonly R[]): void {
    this.#shown(row).below = below;
  }

  /** A row is drawn the next time, whatever it looks like. */
  outdate(row: R): void {
    this.#shown(row).look = undefined;
  }

  /** The fewest rows that have to be drawn again so that this row and all that is below it are shown as they are now. */
  changed(row: R, now: Now<R>): readonly R[] {
    const shown = this.#builds.get(row.id)?.get(row.key);
    if (shown === undefined) return [];
    const changes: R[] = [];
    const reordered: R[] = [];
    this.#collect(row, now, changes, reordered);
    // A row that has moved from one to another would be in both for a moment.
    return reordered.length > 1 ? [row] : changes;
  }

  #collect(row: R, now: Now<R>, changes: R[], reordered: R[]): void {
    const shown = this.#builds.get(row.id)?.get(row.key);
    if (shown === undefined) return;
    const below = shown.below === undefined ? undefined : now.below(row);
    const isReordered = below !== undefined && !haveSameKeys(below, shown.below ?? []);
    if (isReordered) reordered.push(row);
    if (isReordered || shown.look === undefined || shown.look !== now.look(row)) changes.push(row);
    // VS Code knows a row by its object.
    else if (below !== undefined) for (const each of shown.below ?? []) this.#collect(each, now, changes, reordered);
  }

  /** Forgets a build. */
  drop(id: string): void {
    this.#builds.delete(id);
  }

  /** Forgets every build that is not among these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#builds.keys()) if (!ids.has(id)) this.drop(id);
  }

  #shown({ id, key }: R): Shown<R> {
    const rows = this.#builds.get(id) ?? new Map<string, Shown<R>>();
    this.#builds.set(id, rows);
    const shown = rows.get(key) ?? {};
    rows.set(key, shown);
    return shown;
  }
}

function haveSameKeys(rows: readonly Row[], others: readonly Row[]): boolean {
  return rows.length === others.length && rows.every(({ key }, index) => key === others[index]?.key);
}
