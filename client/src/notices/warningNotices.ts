import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuildSummary } from "../../../server/src/protocol.ts";
import type { Batch } from "../builds/batches.ts";
import { batchName } from "../builds/batchText.ts";
import { isUnfinished } from "../builds/state.ts";

/** A notification that can be updated and closed. */
export interface Notice {
  update(text: string): void;
  close(): void;
}

/** The warnings of a build, or of all builds of a batch. */
export interface Warned {
  /** The id of the build or the batch. */
  readonly id: string;
  readonly title: string;
  /** The build that can be cancelled; undefined for a batch. */
  readonly build?: string;
  readonly text: string;
}

/** The warnings that apply to running builds, together for those of a batch. */
export function warnedBy(
  builds: readonly BuildSummary[],
  batch: (id: string) => Batch | undefined,
  l10n: Localiser,
): readonly Warned[] {
  const warned = builds.filter(build => isUnfinished(build) && warningText(build) !== "");
  const batches = new Set(warned.flatMap(build => batch(build.batch?.id ?? "") ?? []));
  return [
    ...warned
      .filter(build => batch(build.batch?.id ?? "") === undefined)
      .map(build => ({ id: build.id, title: build.machine, build: build.id, text: warningText(build) })),
    ...[...batches].map(each => {
      const texts = warned.filter(build => build.batch?.id === each.id).map(warningText);
      return { id: each.id, title: batchName(each, l10n), text: batchText(texts, l10n) };
    }),
  ];
}

function batchText(texts: readonly string[], l10n: Localiser): string {
  const [first = ""] = texts;
  return texts.length === 1 ? first : l10n.t("{0} builds have warnings. The first: {1}", texts.length, first);
}

/** Shows the warnings of each build or batch once, for as long as they apply. Independent of VS Code. */
export class WarningNotices {
  readonly #open: (warned: Warned) => Notice;
  readonly #shown = new Map<string, { readonly notice: Notice; readonly text: string }>();
  readonly #seen = new Set<string>();

  constructor(open: (warned: Warned) => Notice) {
    this.#open = open;
  }

  /** Updates the notices. @param all the warnings that apply. */
  look(all: readonly Warned[]): void {
    const texts = new Map(all.map(({ id, text }) => [id, text]));
    for (const [id, { notice, text: before }] of this.#shown) {
      const text = texts.get(id);
      if (text === undefined) this.#close(id, notice);
      else if (text !== before) {
        this.#shown.set(id, { notice, text });
        notice.update(text);
      }
    }
    for (const warned of all) {
      if (this.#seen.has(warned.id)) continue;
      this.#seen.add(warned.id);
      this.#shown.set(warned.id, { notice: this.#open(warned), text: warned.text });
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

function warningText({ warnings = [] }: BuildSummary): string {
  return warnings.map(({ message }) => message).join(" ");
}
