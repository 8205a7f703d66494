import { stringText } from "../syntax/quoting.ts";

/** Lines of Nix text without a final line end. */
export type Lines = readonly string[];

/** A list of strings as Nix text: `[ "a" "b" ]`. */
export function listText(values: readonly string[]): string {
  return values.length === 0 ? "[ ]" : `[ ${values.map(stringText).join(" ")} ]`;
}

/** Lines that are indented by one level more. */
export function indented(lines: Lines): Lines {
  return lines.map(line => (line === "" ? line : `  ${line}`));
}

/** `name = { lines };` */
export function setText(name: string, lines: Lines): Lines {
  return [`${name} = {`, ...indented(lines), "};"];
}

/** A comment of any length, wrapped. @param text is ours: what a user has entered may not be in it. */
export function comment(text: string): Lines {
  const width = 80;
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= width) lines.push(`# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

/** Sections with an empty line between them, without those that are empty. */
export function sections(...parts: readonly Lines[]): Lines {
  return parts.filter(part => part.length > 0).flatMap((part, index) => (index === 0 ? part : ["", ...part]));
}
