import { parseDerivation } from "./derivation.ts";

/** The parts of a `.drv` file that identify other paths. */
export interface ScannedDerivation {
  readonly inputs: readonly string[];
  readonly sources: readonly string[];
}

const start = /(?:Derive\(|DrvWithVersion\("[^"\\]*",)\[(?:\("[^"\\]*","[^"\\]*","[^"\\]*","[^"\\]*"\),?)*\],\[/y;
const input = /\("([^"\\]*)",\[(?:"[^"\\]*",?)*\]\),?/y;
const between = /\],\[/y;
const source = /"([^"\\]*)",?/y;

/**
 * The inputs and sources of a derivation, without parsing its environment, which is most of its text (format: `parseDerivation`).
 * Undefined if the text is not that of a derivation.
 */
export function scanDerivation(text: string): ScannedDerivation | undefined {
  start.lastIndex = 0;
  if (!start.test(text)) return parsed(text);
  const [inputs, inputsEnd] = all(input, text, start.lastIndex);
  between.lastIndex = inputsEnd;
  // Dynamic derivations have other inputs.
  if (!between.test(text)) return parsed(text);
  const [sources, sourcesEnd] = all(source, text, between.lastIndex);
  if (text[sourcesEnd] !== "]") return parsed(text);
  return { inputs, sources };
}

/** The text of a derivation without its inputs and sources, if it has the usual form. */
export function withoutInputs(text: string): string {
  start.lastIndex = 0;
  if (!start.test(text)) return text;
  const outputsEnd = start.lastIndex;
  const sourcesStart = text.indexOf("],[", outputsEnd - 1);
  const sourcesEnd = text.indexOf("]", sourcesStart + 2);
  return sourcesStart === -1 || sourcesEnd === -1 ? text : text.slice(0, outputsEnd) + text.slice(sourcesEnd);
}

/** The first groups of all matches from an offset, and where they end. */
function all(pattern: RegExp, text: string, offset: number): [string[], number] {
  const found: string[] = [];
  for (let end = offset; ; end = pattern.lastIndex) {
    pattern.lastIndex = end;
    const [, path] = pattern.exec(text) ?? [];
    if (path === undefined) return [found, end];
    found.push(path);
  }
}

function parsed(text: string): ScannedDerivation | undefined {
  const derivation = parseDerivation(text);
  return derivation && { inputs: derivation.inputDerivations, sources: derivation.inputSources };
}
