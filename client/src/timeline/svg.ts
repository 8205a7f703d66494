import { marksOf, placeBuilders, rectangleOf, sizes } from "./drawing.ts";
import type { Bar, Timeline } from "./timeline.ts";

/** How the parts of a timeline are named. */
export interface TimelineNames {
  readonly title: string;
  /** The name of a builder; undefined: this machine. */
  readonly builder: (builder: string | undefined) => string;
  /** What is said of a bar on hover. */
  readonly bar: (bar: Bar) => string;
}

/** Not only by colour: failures are outlined, and what is emulated is hatched. */
const style = [
  "text { font: 12px sans-serif; fill: #222 }",
  ".mark { stroke: #ddd }",
  ".built { fill: #9ecae1 } .running { fill: #c7e9c0 } .cancelled { fill: #ddd }",
  ".failed { fill: #fcbba1; stroke: #a50f15; stroke-width: 2 }",
  ".critical { fill: #3182bd } .critical.failed { fill: #cb181d }",
].join(" ");

const hatching =
  '<pattern id="emulated" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<line x1="0" y1="0" x2="0" y2="6" stroke="#222" stroke-opacity="0.5" stroke-width="2"/></pattern>';

const margin = 8;

/** A whole timeline as an SVG document. @param width of the bars (pixels). */
export function timelineSvg(timeline: Timeline, width: number, names: TimelineNames): string {
  const range = { from: 0, to: Math.max(1, timeline.length), width };
  const { builders, height } = placeBuilders(timeline);
  const marks = marksOf(range).flatMap(({ x, text }) => [
    `<line class="mark" x1="${x}" x2="${x}" y1="${sizes.axis}" y2="${height}"/>`,
    `<text x="${x}" y="${sizes.text + 2}">${escaped(text)}</text>`,
  ]);
  const rows = builders.flatMap(({ builder, top, bars }) => [
    `<text x="0" y="${top + sizes.text + 3}" font-weight="bold">${escaped(names.builder(builder))}</text>`,
    ...bars.flatMap(bar => barLines(bar, top, range, names)),
  ]);
  const [outerWidth, outerHeight] = [width + 2 * margin, height + 2 * margin];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${outerWidth}" height="${outerHeight}" viewBox="${-margin} ${-margin} ${outerWidth} ${outerHeight}">`,
    `<title>${escaped(names.title)}</title>`,
    `<style>${style}</style><defs>${hatching}</defs>`,
    `<rect x="${-margin}" y="${-margin}" width="${outerWidth}" height="${outerHeight}" fill="#fff"/>`,
    ...marks,
    ...rows,
    "</svg>",
    "",
  ].join("\n");
}

function barLines(bar: Bar, top: number, range: Parameters<typeof rectangleOf>[2], names: TimelineNames): string[] {
  const rectangle = rectangleOf(bar, top, range);
  if (rectangle === undefined) return [];
  const { x, y, width, height } = rectangle;
  const place = `x="${x.toFixed(2)}" y="${y}" width="${width.toFixed(2)}" height="${height}"`;
  const classes = bar.isCritical ? `${bar.state} critical` : bar.state;
  return [
    `<g><title>${escaped(names.bar(bar))}</title><rect class="${classes}" ${place}/>`,
    ...(bar.isEmulated ? [`<rect fill="url(#emulated)" ${place}/>`] : []),
    "</g>",
  ];
}

/** Text in XML. Control characters, which XML does not allow, are left out. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
