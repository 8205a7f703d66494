import {
  lengthText,
  marksOf,
  type PlacedBuilder,
  placeBuilders,
  type Range,
  type Rectangle,
  rectangleOf,
  sizes,
} from "../src/timeline/drawing.ts";
import type { ShowTimeline } from "../src/timeline/messages.ts";
import type { Bar, Timeline } from "../src/timeline/timeline.ts";

/** The shortest time that fills the chart (ms). */
const shortest = 1000;

interface Drawn {
  readonly bar: Bar;
  readonly builder: string | undefined;
}

/** The chart: bars in lanes below their builder, drawn on a canvas, which thousands of them need. */
export class Chart {
  readonly #box: HTMLElement;
  readonly #canvas = document.createElement("canvas");
  readonly #tip = document.createElement("div");
  readonly #open: (build: string, drvPath: string) => void;
  #shown: ShowTimeline | undefined;
  #builders: readonly PlacedBuilder[] = [];
  #height = 0;
  /** The part that is shown (ms); undefined: all of it. */
  #part: { readonly from: number; readonly to: number } | undefined;
  #drag: { readonly x: number; readonly from: number; moved: boolean } | undefined;
  #frame: number | undefined;

  constructor(box: HTMLElement, open: (build: string, drvPath: string) => void) {
    this.#box = box;
    this.#open = open;
    this.#tip.className = "tip";
    this.#tip.hidden = true;
    box.append(this.#canvas, this.#tip);
    new ResizeObserver(() => this.#draw()).observe(box);
    // The theme has changed.
    new MutationObserver(() => this.#draw()).observe(document.body, { attributes: true, attributeFilter: ["class"] });
    this.#listen();
  }

  show(shown: ShowTimeline): void {
    const { timeline, texts } = shown;
    if (timeline === undefined) return;
    this.#shown = shown;
    const { builders, height } = placeBuilders(timeline);
    this.#builders = builders;
    this.#height = height;
    this.#box.setAttribute("aria-label", texts.chart);
    this.#draw();
  }

  /** @param factor above 1: in. @param at the time that stays in its place (ms); default: the middle. */
  zoom(factor: number, at?: number): void {
    const { from, to } = this.#range();
    const { length } = this.#timeline();
    const centre = at ?? (from + to) / 2;
    const span = Math.max(shortest, (to - from) / factor);
    if (span >= length) return this.fit();
    this.#moveTo(centre - ((centre - from) * span) / (to - from), span);
  }

  fit(): void {
    this.#part = undefined;
    this.#draw();
  }

  #moveTo(start: number, span: number): void {
    const from = Math.min(Math.max(0, start), Math.max(0, this.#timeline().length - span));
    this.#part = { from, to: from + span };
    this.#draw();
  }

  #timeline(): Pick<Timeline, "length"> {
    return this.#shown?.timeline ?? { length: 0 };
  }

  #range(): Range {
    const { from, to } = this.#part ?? { from: 0, to: Math.max(1, this.#timeline().length) };
    return { from, to, width: this.#box.clientWidth };
  }

  #listen(): void {
    const box = this.#box;
    box.addEventListener(
      "wheel",
      event => {
        if (!event.ctrlKey && !event.metaKey && event.deltaX === 0) return;
        event.preventDefault();
        const { from, to, width } = this.#range();
        if (event.deltaX !== 0) return this.#moveTo(from + (event.deltaX * (to - from)) / width, to - from);
        this.zoom(event.deltaY < 0 ? 1.25 : 0.8, this.#timeAt(event));
      },
      { passive: false },
    );
    box.addEventListener("keydown", ({ key }) => {
      const { from, to } = this.#range();
      if (key === "+" || key === "=") this.zoom(2);
      else if (key === "-") this.zoom(0.5);
      else if (key === "0") this.fit();
      else if (key === "ArrowLeft") this.#moveTo(from - (to - from) / 4, to - from);
      else if (key === "ArrowRight") this.#moveTo(from + (to - from) / 4, to - from);
    });
    box.addEventListener("pointerdown", event => {
      this.#drag = { x: event.clientX, from: this.#range().from, moved: false };
      this.#canvas.setPointerCapture(event.pointerId);
    });
    box.addEventListener("pointermove", event => this.#moved(event));
    box.addEventListener("pointerup", event => {
      const drawn = this.#drag?.moved === true ? undefined : this.#at(event);
      this.#drag = undefined;
      if (drawn !== undefined) this.#open(drawn.bar.build, drawn.bar.drvPath);
    });
    box.addEventListener("pointerleave", () => {
      this.#tip.hidden = true;
    });
  }

  #moved(event: PointerEvent): void {
    const drag = this.#drag;
    if (drag === undefined) return this.#showTip(event);
    const { from, to, width } = this.#range();
    const distance = event.clientX - drag.x;
    if (Math.abs(distance) > 3) drag.moved = true;
    if (drag.moved) this.#moveTo(drag.from - (distance * (to - from)) / width, to - from);
  }

  #showTip(event: PointerEvent): void {
    const drawn = this.#at(event);
    const shown = this.#shown;
    this.#tip.hidden = drawn === undefined;
    this.#canvas.style.cursor = drawn === undefined ? "grab" : "pointer";
    if (drawn === undefined || shown === undefined) return;
    const { bar, builder } = drawn;
    const { texts, builderNames } = shown;
    this.#tip.textContent = [
      bar.name,
      `${texts.states[bar.state]} · ${lengthText(bar.end - bar.start)} · ${builderNames[builder ?? ""] ?? builder ?? ""}`,
      ...(bar.isEmulated ? [texts.emulated] : []),
      ...(bar.isCritical ? [texts.critical] : []),
    ].join("\n");
    const box = this.#box.getBoundingClientRect();
    const x = Math.min(event.clientX - box.left + 12, box.width - this.#tip.offsetWidth - 4);
    this.#tip.style.transform = `translate(${Math.max(0, x)}px, ${event.clientY - box.top + 16}px)`;
  }

  #timeAt({ clientX }: MouseEvent): number {
    const { from, to, width } = this.#range();
    return from + ((clientX - this.#box.getBoundingClientRect().left) * (to - from)) / width;
  }

  /** The bar under the mouse. */
  #at({ clientX, clientY }: MouseEvent): Drawn | undefined {
    const box = this.#box.getBoundingClientRect();
    const [x, y] = [clientX - box.left, clientY - box.top];
    const range = this.#range();
    for (const { builder, bars, top } of this.#builders)
      for (const bar of bars) {
        const place = rectangleOf(bar, top, range);
        // A bar of one pixel could not be hit.
        const isHit = place !== undefined && x >= place.x - 2 && x <= place.x + place.width + 2;
        if (isHit && y >= place.y && y <= place.y + place.height) return { bar, builder };
      }
    return undefined;
  }

  #draw(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#paint();
    });
  }

  #paint(): void {
    const context = this.#canvas.getContext("2d");
    const shown = this.#shown;
    const range = this.#range();
    if (context === null || shown === undefined || range.width === 0) return;
    const scale = window.devicePixelRatio;
    this.#canvas.width = Math.round(range.width * scale);
    this.#canvas.height = Math.round(this.#height * scale);
    this.#canvas.style.height = `${this.#height}px`;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    const style = getComputedStyle(document.body);
    const colour = (name: string, other: string) => style.getPropertyValue(`--vscode-${name}`).trim() || other;
    const foreground = colour("editor-foreground", "#888");
    const background = colour("editor-background", "#000");
    const border = colour("contrastBorder", "");
    const fills: Readonly<Record<Bar["state"], string>> = {
      running: colour("charts-green", "#89d185"),
      built: colour("charts-blue", "#3794ff"),
      failed: colour("charts-red", "#f14c4c"),
      cancelled: colour("descriptionForeground", "#888"),
    };
    context.font = `${sizes.text}px ${style.fontFamily}`;
    for (const { x, text } of marksOf(range)) {
      context.globalAlpha = 0.15;
      context.fillStyle = foreground;
      context.fillRect(x, sizes.axis, 1, this.#height - sizes.axis);
      context.globalAlpha = 0.8;
      context.fillText(text, x + 2, sizes.text + 2);
    }
    for (const { builder, bars, top } of this.#builders) {
      context.globalAlpha = 1;
      context.fillStyle = foreground;
      context.fillText(shown.builderNames[builder ?? ""] ?? builder ?? "", 4, top + sizes.text + 3);
      for (const bar of bars) {
        const place = rectangleOf(bar, top, range);
        if (place === undefined) continue;
        const { x, y, width, height } = place;
        context.globalAlpha = bar.isCritical ? 1 : 0.45;
        context.fillStyle = fills[bar.state];
        context.fillRect(x, y, width, height);
        context.globalAlpha = 1;
        if (bar.isEmulated) hatch(context, place, foreground);
        if (border !== "" || bar.state === "failed") {
          context.strokeStyle = border || fills.failed;
          context.strokeRect(x + 0.5, y + 0.5, Math.max(0, width - 1), height - 1);
        }
        if (width > 40) label(context, bar.name, place, bar.isCritical ? background : foreground);
      }
    }
  }
}

/** Oblique lines over what was emulated. */
function hatch(context: CanvasRenderingContext2D, { x, y, width, height }: Rectangle, colour: string): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.globalAlpha = 0.4;
  context.strokeStyle = colour;
  context.beginPath();
  for (let at = x - height; at < x + width; at += 6) {
    context.moveTo(at, y + height);
    context.lineTo(at + height, y);
  }
  context.stroke();
  context.restore();
}

/** The name in a bar, as far as it fits. */
function label(
  context: CanvasRenderingContext2D,
  name: string,
  { x, y, width, height }: Rectangle,
  colour: string,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width - 4, height);
  context.clip();
  context.fillStyle = colour;
  context.fillText(name, x + 4, y + sizes.text);
  context.restore();
}
