import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { readRegular } from "./regularFile.ts";

/** The largest JSON file that we write has some MiB; a larger one is none of ours (bytes). */
export const maxWhole = 32 * 1024 * 1024;

/** What a file that was written whole holds. */
export type WholeFile<T> =
  | { readonly kind: "absent" }
  | { readonly kind: "value"; readonly value: T }
  /** No JSON, or not what it should be. */
  | { readonly kind: "malformed" }
  /** It is there and cannot be read: no regular file, too large, or a disk that fails. */
  | { readonly kind: "unreadable"; readonly why: string };

let written = 0;

/**
 * Writes a file whole: a reader sees the old one or the new one, also after a crash. A folder that stands in its place is moved
 * aside.
 */
export async function writeWhole(file: string, value: unknown): Promise<void> {
  const suffix = `${process.pid}.${written++}`;
  const temporary = `${file}.${suffix}.tmp`;
  try {
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(value)}\n`);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await replace(temporary, file, suffix);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
}

async function replace(temporary: string, file: string, suffix: string): Promise<void> {
  try {
    await rename(temporary, file);
  } catch (error) {
    if (codeOf(error) !== "EISDIR") throw error;
    await rename(file, `${file}.${suffix}.aside`);
    await rename(temporary, file);
  }
}

/** Reads a file that was written whole. Never throws. */
export async function inspectWhole<T>(
  folder: string,
  name: string,
  is: (value: unknown) => value is T,
): Promise<WholeFile<T>> {
  let text: string;
  try {
    text = (await readRegular(path.join(folder, name), maxWhole)).toString("utf8");
  } catch (error) {
    const isAbsent = codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
    return isAbsent ? { kind: "absent" } : { kind: "unreadable", why: error instanceof Error ? error.message : "" };
  }
  try {
    const value: unknown = JSON.parse(text);
    return is(value) ? { kind: "value", value } : { kind: "malformed" };
  } catch {
    return { kind: "malformed" };
  }
}

/** The same; undefined when it is absent, cannot be read or does not hold what it should. */
export async function readWhole<T>(
  folder: string,
  name: string,
  is: (value: unknown) => value is T,
): Promise<T | undefined> {
  const found = await inspectWhole(folder, name, is);
  return found.kind === "value" ? found.value : undefined;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
