import * as v from "valibot";
import type { Command } from "vscode-languageserver-types";
import { URI } from "vscode-uri";

/** `true` if two types are the same, else `never`: lets the compiler check that a schema's output matches a declared type. */
export type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;

/** A deeply readonly type, as the protocol declares them; LSP's `Command` stays mutable. */
export type Frozen<T> = T extends Command ? T : T extends object ? { readonly [Name in keyof T]: Frozen<T[Name]> } : T;

/** The output type of a schema. */
export type Parsed<S extends v.GenericSchema> = Frozen<v.InferOutput<S>>;

/** LSP's `uinteger`. */
const maxInteger = 2 ** 31 - 1;

/** Text that may become an argument or a path: without NUL, at most `length` UTF-16 units. */
export function text(length: number) {
  return v.pipe(
    v.string(),
    v.maxLength(length, `longer than ${length} characters`),
    v.excludes("\0", "holds a NUL character"),
  );
}

/** An object with arbitrary keys; an array is refused. */
export function dictionary<S extends v.GenericSchema>(values: S) {
  return v.pipe(
    v.unknown(),
    v.check(value => !Array.isArray(value), "is a list"),
    v.record(v.string(), values),
  );
}

/** A name or a path. */
export const shortText = text(4096);

/** An absolute path, so it cannot be taken for an option of a program. */
export const absolutePath = v.pipe(shortText, v.startsWith("/", "is not an absolute path"));

/** A machine's name. */
export const machineName = v.pipe(text(1024), v.nonEmpty("is empty"));

export const integer = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(maxInteger));

/** Bytes, milliseconds and the like. */
export const count = v.pipe(v.number(), v.finite(), v.minValue(0));

/** ISO 8601. */
export const time = v.pipe(
  v.string(),
  v.maxLength(64),
  v.check(value => !Number.isNaN(Date.parse(value)), "is not a time"),
);

/** The id of a build's record, which is also the name of its folder: the time and a random part. */
export const recordId = v.pipe(v.string(), v.regex(/^[0-9a-z]{1,32}-[0-9a-f]{1,32}$/, "is not the id of a build"));

/** A path in any Nix store: at its top level, with the hash in Nix's base 32. */
export const storePath = v.pipe(
  shortText,
  v.regex(/^\/(?:[^/]+\/)+[0-9a-df-np-sv-z]{32}-[0-9a-zA-Z+\-._?=]{1,211}$/, "is not a store path"),
);

export const derivationPath = v.pipe(storePath, v.endsWith(".drv", "is not the store path of a derivation"));

/** A `file:` URI whose path can be read. */
export const fileUri = v.pipe(v.string(), v.maxLength(16_384), v.check(isFileUri, "is not a file: URI"));

function isFileUri(uri: string): boolean {
  try {
    const { scheme, path } = URI.parse(uri, true);
    return scheme === "file" && path.startsWith("/") && !path.includes("\0");
  } catch {
    return false;
  }
}
