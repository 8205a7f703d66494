import path from "node:path";
import { URI } from "vscode-uri";

/** The path of a `file:` URI; undefined for any other, and for an invalid URI. */
export function pathOf(uri: string): string | undefined {
  if (!/^file:/i.test(uri)) return undefined;
  try {
    const { fsPath } = URI.parse(uri);
    return fsPath.includes("\0") ? undefined : fsPath;
  } catch {
    return undefined;
  }
}

/** Whether a path is a folder or below it. */
export function isWithin(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return relative === "" || (!relative.startsWith(`..${path.sep}`) && relative !== ".." && !path.isAbsolute(relative));
}
