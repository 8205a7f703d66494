import fs from "node:fs";
import path from "node:path";
import oniguruma from "vscode-oniguruma";
import textmate, { type IGrammar, type IRawTheme } from "vscode-textmate";
import { tools } from "../../scripts/setup/tools.mjs";
import { projectDir } from "./fixtures.ts";

// What VS Code's default themes make of our grammars: its engine, its themes, and our files.

interface ThemeFile {
  readonly include?: string;
  readonly colors?: Readonly<Record<string, string>>;
  readonly tokenColors?: IRawTheme["settings"];
}

/** A theme as it is applied: its own rules behind those of the theme that it extends. */
export interface Theme {
  readonly label: string;
  readonly colours: Readonly<Record<string, string>>;
  readonly rules: IRawTheme["settings"];
}

const folder = path.join(path.dirname(tools.codeServer), "../../lib/vscode/extensions/theme-defaults");

/** The rules that VS Code adds to every theme (`colorThemeData.ts`, `defaultThemeColors`). */
const added: Readonly<Record<string, readonly [info: string, warn: string, error: string, debug: string]>> = {
  vs: ["#316bcd", "#cd9731", "#cd3131", "#800080"],
  "vs-dark": ["#6796e6", "#cd9731", "#f44747", "#b267e6"],
  "hc-black": ["#6796e6", "#008000", "#ff0000", "#b267e6"],
  "hc-light": ["#316bcd", "#cd9731", "#ff0000", "#800080"],
};

/** The themes that VS Code brings along. */
export function defaultThemes(): Theme[] {
  const { contributes } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  const themes: readonly { id: string; uiTheme: string; path: string }[] = contributes.themes;
  return themes.map(({ id, uiTheme, path: file }) => {
    const { colours, rules } = load(path.join(folder, file));
    const names = ["info", "warn", "error", "debug"];
    const base = (added[uiTheme] ?? []).map((foreground, i) => ({
      scope: `token.${names[i]}-token`,
      settings: { foreground },
    }));
    return { label: id, colours, rules: [...base, ...rules] };
  });
}

function load(file: string): Pick<Theme, "colours" | "rules"> {
  const { include, colors = {}, tokenColors = [] }: ThemeFile = JSON.parse(fs.readFileSync(file, "utf8"));
  const base = include === undefined ? { colours: {}, rules: [] } : load(path.join(path.dirname(file), include));
  return { colours: { ...base.colours, ...colors }, rules: [...base.rules, ...tokenColors] };
}

/** A piece of text with its colour (`#RRGGBB` in capitals). */
export interface Coloured {
  readonly text: string;
  readonly scopes: readonly string[];
  readonly colour: string;
}

/** The text in a language of ours, as a theme colours it: one list a line. */
export async function coloured(theme: Theme, scopeName: string, lines: readonly string[]): Promise<Coloured[][]> {
  const registry = await registryOf(theme);
  const grammar = await registry.loadGrammar(scopeName);
  if (grammar === null) throw new Error(`no grammar ${scopeName}`);
  const colours = registry.getColorMap();
  let state = textmate.INITIAL;
  return lines.map(line => {
    const plain = grammar.tokenizeLine(line, state);
    const packed = grammar.tokenizeLine2(line, state);
    state = plain.ruleStack;
    return plain.tokens.map(({ startIndex, endIndex, scopes }) => ({
      text: line.slice(startIndex, endIndex),
      scopes,
      colour: (colours[foregroundAt(packed.tokens, startIndex)] ?? "").toUpperCase(),
    }));
  });
}

/** The colour's number at an offset: the packed tokens are pairs of a start and a word with the colour in its bits 15 to 23. */
function foregroundAt(tokens: ReturnType<IGrammar["tokenizeLine2"]>["tokens"], offset: number): number {
  let at = 0;
  while (at + 2 < tokens.length && (tokens[at + 2] ?? 0) <= offset) at += 2;
  return ((tokens[at + 1] ?? 0) >>> 15) & 0x1ff;
}

async function registryOf({ colours, rules }: Theme): Promise<InstanceType<typeof textmate.Registry>> {
  await loading();
  const manifest = JSON.parse(fs.readFileSync(path.join(projectDir, "package.json"), "utf8"));
  const grammars: readonly { scopeName: string; path: string; injectTo?: string[] }[] = manifest.contributes.grammars;
  const foreground = colours["editor.foreground"] ?? "#000000";
  return new textmate.Registry({
    onigLib: Promise.resolve(oniguruma),
    theme: { settings: [{ settings: { foreground, background: "#888888" } }, ...rules] },
    loadGrammar: async scopeName => {
      const found = grammars.find(each => each.scopeName === scopeName);
      if (found === undefined) return null;
      const file = path.join(projectDir, found.path);
      return textmate.parseRawGrammar(fs.readFileSync(file, "utf8"), file);
    },
    getInjections: scopeName =>
      grammars.filter(({ injectTo }) => injectTo?.includes(scopeName)).map(each => each.scopeName),
  });
}

let loaded: Promise<void> | undefined;

function loading(): Promise<void> {
  const wasm = path.join(projectDir, "node_modules/vscode-oniguruma/release/onig.wasm");
  loaded ??= oniguruma.loadWASM(fs.readFileSync(wasm));
  return loaded;
}

/** Whether people would call a colour red: by its hue, unless it is nearly grey. */
export function isRed(colour: string): boolean {
  const [r, g, b] = [1, 3, 5].map(at => Number.parseInt(colour.slice(at, at + 2), 16)) as [number, number, number];
  const [most, least] = [Math.max(r, g, b), Math.min(r, g, b)];
  if (most === 0 || (most - least) / most < 0.3 || most !== r) return false;
  const hue = (60 * (g - b)) / (most - least);
  return hue > -20 && hue < 16;
}
