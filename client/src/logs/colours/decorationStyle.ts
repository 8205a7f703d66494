import * as vscode from "vscode";
import type { Colour } from "./palette.ts";
import type { Style } from "./style.ts";

/** The theme's names of terminal colours 0 to 7; with the prefix `Bright` they are 8 to 15. */
const names = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"] as const;

/** Backgrounds on which text without a foreground is black, because the light text of a dark theme would be hard to read. */
const pale: ReadonlySet<Colour | undefined> = new Set([2, 3, 6, 7, 10, 11, 14, 15]);
const black = 0;
const brightWhite = 15;

/** A style as a VS Code decoration: the theme's terminal colours, overriding those of the grammar. */
export function decorationStyle(style: Style): vscode.DecorationRenderOptions {
  const { bold, dim, italic, underline, struck } = style;
  const { foreground, background } = style.inverse === true ? inverted(style) : coloured(style);
  const lines = [...(underline === true ? ["underline"] : []), ...(struck === true ? ["line-through"] : [])];
  return {
    ...(foreground !== undefined && { color: foreground }),
    ...(background !== undefined && { backgroundColor: background }),
    ...(bold === true && { fontWeight: "bold" }),
    ...(dim === true && { opacity: "0.67" }),
    fontStyle: italic === true ? "italic" : "normal",
    ...(lines.length > 0 && { textDecoration: lines.join(" ") }),
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  };
}

interface Colours {
  readonly foreground: vscode.ThemeColor | string | undefined;
  readonly background: vscode.ThemeColor | string | undefined;
}

function coloured({ foreground, background }: Style): Colours {
  return { foreground: themed(readable(foreground, background)), background: themed(background) };
}

/** The foreground, or a replacement where it would be unreadable in a dark or a light theme. */
function readable(foreground: Colour | undefined, background: Colour | undefined): Colour | undefined {
  if (foreground === black && background === undefined) return undefined;
  if (foreground !== undefined) return foreground;
  if (background === black) return brightWhite;
  return pale.has(background) ? black : undefined;
}

/** An unset colour is the editor's. */
function inverted({ foreground, background }: Style): Colours {
  return {
    foreground: themed(background) ?? new vscode.ThemeColor("editor.background"),
    background: themed(foreground) ?? new vscode.ThemeColor("editor.foreground"),
  };
}

function themed(colour: Colour | undefined): vscode.ThemeColor | string | undefined {
  if (typeof colour !== "number") return colour;
  const name = names[colour % 8] ?? "White";
  return new vscode.ThemeColor(`terminal.ansi${colour < 8 ? "" : "Bright"}${name}`);
}
