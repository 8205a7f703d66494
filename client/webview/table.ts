import { clockText, lengthText } from "../src/timeline/drawing.ts";
import type { ShowTimeline } from "../src/timeline/messages.ts";

/** Fills the table with the bars of a timeline, by their start. */
export function fillTable(
  table: HTMLElement,
  { timeline, builderNames, texts }: ShowTimeline,
  open: (build: string, drvPath: string) => void,
): void {
  const bars = (timeline?.builders ?? []).flatMap(({ builder = "", bars }) => bars.map(bar => ({ ...bar, builder })));
  bars.sort((a, b) => a.start - b.start);
  const head = rowOf("th", [texts.derivation, texts.builder, texts.start, texts.duration, texts.state]);
  const rows = bars.map(bar => {
    const marks = [...(bar.isEmulated ? [texts.emulated] : []), ...(bar.isCritical ? [texts.critical] : [])];
    const state = [texts.states[bar.state], ...marks].join(", ");
    const name = builderNames[bar.builder] ?? bar.builder;
    const row = rowOf("td", ["", name, clockText(bar.start), lengthText(bar.end - bar.start), state]);
    const link = document.createElement("button");
    link.className = "link";
    link.textContent = bar.name;
    link.addEventListener("click", () => open(bar.build, bar.drvPath));
    row.firstElementChild?.append(link);
    return row;
  });
  const body = document.createElement("tbody");
  body.append(...rows);
  const header = document.createElement("thead");
  header.append(head);
  table.replaceChildren(header, body);
}

function rowOf(kind: "th" | "td", texts: readonly string[]): HTMLTableRowElement {
  const row = document.createElement("tr");
  row.append(
    ...texts.map(text => {
      const cell = document.createElement(kind);
      cell.textContent = text;
      return cell;
    }),
  );
  return row;
}
