import type { Definition, Origin } from "../../staticEvaluation/values/value.ts";

/** The position of a binding's whole attribute path, as written before `=`. */
export function writtenPath({ name, value }: Definition): Origin {
  if (value === undefined) return name;
  const { document, start } = name;
  // Not with a regular expression: there may be many spaces.
  const text = document.text.slice(start, value.start).trimEnd();
  return { document, start, end: start + (text.endsWith("=") ? text.slice(0, -1).trimEnd() : text).length };
}
