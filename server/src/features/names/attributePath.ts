import type { AttributePath } from "../../syntax/attributePath.ts";

/** Whether a path ends with these segments. */
export function endsWith(path: AttributePath, end: readonly string[]): boolean {
  return path.length >= end.length && end.every((segment, i) => path[path.length - end.length + i] === segment);
}

/** The paths of tags: those of a machine, and those in a network's ordering. */
export const machineTags = ["deployment", "tags", "*"] as const;
export const orderingTags = ["network", "ordering", "tags", "*"] as const;
