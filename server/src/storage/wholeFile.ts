import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { readRegular } from "./regularFile.ts";

/** The largest JSON file that is read (bytes); those that we write have a few MiB. */
const maxWhole = 32 * 1024 * 1024;

/** The content of a file that was written atomically. */
export type WholeFile<T> =
  | { readonly kind: "absent" }
  | { readonly kind: "value"; readonly value: T }
  /** Not JSON, not of the expected form, or of an unknown version. */
  | { readonly kind: "malformed"; readonly why: string }
  /** It exists but cannot be read: not a regular file, too large, or a failing disk. */
  | { readonly kind: "unreadable"; readonly why: string };

/** The longest description of what is wrong with a file (UTF-16 units). */
const maxWhy = 300;

let written = 0;

/**
 * The version of the format in which we write files: version 1 has other names for what a record runs. All versions up to this
 * one can be read.
 */
const formatVersion = 2;

/** A list cannot have a version field, so it is wrapped in an object. */
function versioned(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Array.isArray(value) ? { version: formatVersion, list: value } : { version: formatVersion, ...value };
}

function unversioned(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("version" in value)) return value;
  const { version, ...fields } = value;
  if (version !== 1 && version !== formatVersion)
    throw new Error(
      `unknown format version ${String(version).slice(0, 20)}; versions up to ${formatVersion} are supported`,
    );
  return "list" in fields ? fields.list : fields;
}

/**
 * Writes a file atomically, with the version of its format: a reader sees either the old or the new one, even after a crash. A
 * folder in its place is moved aside.
 */
export async function writeWhole(file: string, value: unknown): Promise<void> {
  const suffix = `${process.pid}.${written++}`;
  const temporary = `${file}.${suffix}.tmp`;
  try {
    const handle = await open(temporary, "w", 0o600);
    try {
      await handle.writeFile(`${JSON.stringify(versioned(value))}\n`);
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

/** Reads a file that was written atomically. Never throws. */
export async function inspectWhole<S extends v.GenericSchema>(
  folder: string,
  name: string,
  schema: S,
): Promise<WholeFile<v.InferOutput<S>>> {
  let text: string;
  try {
    text = (await readRegular(path.join(folder, name), maxWhole)).toString("utf8");
  } catch (error) {
    const isAbsent = codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR";
    return isAbsent ? { kind: "absent" } : { kind: "unreadable", why: messageOf(error) };
  }
  try {
    const parsed = v.safeParse(schema, unversioned(JSON.parse(text)), { abortEarly: true });
    if (parsed.success) return { kind: "value", value: parsed.output };
    const [{ message, ...issue }] = parsed.issues;
    return {
      kind: "malformed",
      why: [v.getDotPath({ ...issue, message }), message].filter(Boolean).join(": ").slice(0, maxWhy),
    };
  } catch (error) {
    return { kind: "malformed", why: messageOf(error).slice(0, maxWhy) };
  }
}

/** The same; undefined if it is absent, cannot be read or is malformed. */
export async function readWhole<S extends v.GenericSchema>(
  folder: string,
  name: string,
  schema: S,
): Promise<v.InferOutput<S> | undefined> {
  const found = await inspectWhole(folder, name, schema);
  return found.kind === "value" ? found.value : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
