import { type Attribute, bool, known, list, nullValue, set, string, unknown, type Value } from "./value.ts";

/** `builtins.fromJSON`; unknown for malformed JSON. */
export function fromJson(text: string | undefined): Value {
  if (text === undefined) return unknown;
  try {
    return valueFrom(JSON.parse(text));
  } catch {
    return unknown;
  }
}

function valueFrom(json: unknown): Value {
  if (json === null) return nullValue;
  if (typeof json === "string") return string(json);
  if (typeof json === "boolean") return bool(json);
  if (typeof json === "number") return { kind: "number", value: json };
  if (Array.isArray(json)) return list(json.map(item => known(valueFrom(item))));
  if (typeof json !== "object") return unknown;
  const attributes = Object.entries(json).map(([name, value]): [string, Attribute] => [
    name,
    { thunk: known(valueFrom(value)) },
  ]);
  return set(new Map(attributes));
}
