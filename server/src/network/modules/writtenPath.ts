import type { Definition, Origin } from "../../staticEvaluation/values/value.ts";

/** Where a binding is named: all of its attribute path, as it is written before `=`. */
export function writtenPath({ name, value }: Definition): Origin {
  if (value === undefined) return name;
  const { document, start } = name;
  // Not by a pattern: the blanks in it may be many.
  const text = document.text.slice(start, value.start).trimEnd();
  return { document, start, end: start + (text.endsWith("=") ? text.slice(0, -1).trimEnd() : text).length };
}
