/** Whether a text is a dotted attribute path that the server accepts. */
export function isAttributePath(text: string): boolean {
  return /^[A-Za-z_][\w'-]*(?:\.[A-Za-z_][\w'-]*)*$/.test(text);
}

/** The short name of an output in a row: the last name of its path. */
export function outputName(attribute: string): string {
  return attribute.slice(attribute.lastIndexOf(".") + 1);
}
