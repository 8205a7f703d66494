import type { BuildSummary } from "../../../server/src/protocol.ts";

/** A notification that can be updated and closed. */
export interface Notice {
  update(text: string): void;
  close(): void;
}

/** Shows each build's warnings once, for as long as they apply. Independent of VS Code. */
export class WarningNotices {
  readonly #open: (build: BuildSummary, text: string) => Notice;
  readonly #shown = new Map<string, { readonly notice: Notice; readonly text: string }>();
  readonly #seen = new Set<string>();

  constructor(open: (build: BuildSummary, text: string) => Notice) {
    this.#open = open;
  }

  /**
   * Updates the notices.
   * @param ids the builds whose warnings to show.
   */
  look(build: (id: string) => BuildSummary | undefined, ids: readonly string[]): void {
    for (const id of ids) {
      const summary = build(id);
      const text = warningText(summary);
      if (summary === undefined || text === undefined || this.#seen.has(id)) continue;
      this.#seen.add(id);
      this.#shown.set(id, { notice: this.#open(summary, text), text });
    }
    for (const [id, { notice, text: before }] of this.#shown) {
      const text = warningText(build(id));
      if (text === undefined) this.#close(id, notice);
      else if (text !== before) {
        this.#shown.set(id, { notice, text });
        notice.update(text);
      }
    }
  }

  #close(id: string, notice: Notice): void {
    this.#shown.delete(id);
    notice.close();
  }

  dispose(): void {
    for (const [id, { notice }] of this.#shown) this.#close(id, notice);
  }
}

function warningText(build: BuildSummary | undefined): string | undefined {
  const { warnings = [] } = build ?? {};
  return warnings.length === 0 ? undefined : warnings.map(({ message }) => message).join(" ");
}
