interface Kept {
  readonly kind: string;
  readonly key: string;
  /** The build's id. */
  readonly id: string;
  readonly parent?: object | undefined;
}

/** Reuses one object per row, grouped by build: VS Code identifies rows by object, also in change events. */
export class KeptRows {
  readonly #rows = new Map<string, Map<string, Kept>>();

  /** The existing object of a row, unless its parent changed. */
  keep<R extends Kept>(row: R): R {
    const rows = this.#rows.get(row.id) ?? new Map<string, Kept>();
    this.#rows.set(row.id, rows);
    const known = rows.get(row.key);
    if (isUnmoved(known, row)) return known;
    rows.set(row.key, row);
    return row;
  }

  /** Forgets the rows of a build. */
  drop(id: string): void {
    this.#rows.delete(id);
  }

  /** Forgets all builds except these. */
  keepOnly(ids: ReadonlySet<string>): void {
    for (const id of this.#rows.keys()) if (!ids.has(id)) this.drop(id);
  }
}

function isUnmoved<R extends Kept>(known: Kept | undefined, row: R): known is R {
  return known?.kind === row.kind && known.key === row.key && known.parent === row.parent;
}
