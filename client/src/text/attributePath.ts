/** Whether a text is names with dots between them, as the server takes them. */
export function isAttributePath(text: string): boolean {
  return /^[A-Za-z_][\w'-]*(?:\.[A-Za-z_][\w'-]*)*$/.test(text);
}

/** What a row calls the output at a path: its last name. */
export function outputName(attribute: string): string {
  return attribute.slice(attribute.lastIndexOf(".") + 1);
}
