import type { BuildSummary } from "../../../server/src/protocol.ts";

/** A message on the screen that can be changed and closed. */
export interface Notice {
  update(text: string): void;
  close(): void;
}

/** Shows the warnings of builds, each build's once, for as long as they are true. Knows no VS Code. */
export class WarningNotices {
  readonly #open: (build: BuildSummary, text: string) => Notice;
  readonly #shown = new Map<string, { readonly notice: Notice; readonly text: string }>();
  readonly #seen = new Set<string>();

  constructor(open: (build: BuildSummary, text: string) => Notice) {
    this.#open = open;
  }

  /**
   * Takes the builds as they are.
   * @param ids of those whose warnings are to be shown.
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
