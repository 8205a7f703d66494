interface Kept {
  readonly key: string;
  /** The build's. */
  readonly id: string;
  readonly parent: object;
}

/** One object a row, by the build that it is below. */
export class KeptRows<Row extends Kept> {
  readonly #rows = new Map<string, Map<string, Row>>();

  /** The row that is known already, unless it was below another one. */
  keep(row: Row): Row {
    const rows = this.#rows.get(row.id) ?? new Map<string, Row>();
    this.#rows.set(row.id, rows);
    const known = rows.get(row.key);
    if (known?.parent === row.parent) return known;
    rows.set(row.key, row);
    return row;
  }

  /** Forgets the rows below a build. */
  drop(id: string): void {
    this.#rows.delete(id);
  }
}
