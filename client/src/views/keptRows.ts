interface Kept {
  readonly kind: string;
  readonly key: string;
  /** The build's. */
  readonly id: string;
  readonly parent?: object | undefined;
}

/** One object a row, by the build that it is below: VS Code knows a row by its object, and a change names the object. */
export class KeptRows {
  readonly #rows = new Map<string, Map<string, Kept>>();

  /** The row that is known already, unless it was below another one. */
  keep<R extends Kept>(row: R): R {
    const rows = this.#rows.get(row.id) ?? new Map<string, Kept>();
    this.#rows.set(row.id, rows);
    const known = rows.get(row.key);
    if (isSame(known, row)) return known;
    rows.set(row.key, row);
    return row;
  }

  /** Forgets the rows below a build. */
  drop(id: string): void {
    this.#rows.delete(id);
  }

  /** Forgets every build that is not among these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.drop(id);
  }
}

function isSame<R extends Kept>(known: Kept | undefined, row: R): known is R {
  return known?.kind === row.kind && known.key === row.key && known.parent === row.parent;
}
