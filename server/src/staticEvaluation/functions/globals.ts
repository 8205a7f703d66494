import { importOfNixpkgs, unreadImport } from "../values/unread.ts";
import {
  type Attribute,
  bool,
  curried,
  known,
  nullValue,
  ofNixpkgs,
  set,
  type Thunk,
  unknown,
  type Value,
} from "../values/value.ts";
import { builtinFunctions } from "./builtins.ts";
import type { FunctionHost } from "./host.ts";

/** Builtins that are visible without `builtins.`. */
const visible = [
  "baseNameOf",
  "dirOf",
  "map",
  "removeAttrs",
  "toString",
  "throw",
  "abort",
  "isNull",
  "placeholder",
  "derivation",
];

/** The names that are visible in every Nix text. */
export function globalNames(evaluator: FunctionHost): ReadonlyMap<string, Thunk> {
  const functions = new Map<string, Value>(Object.entries(builtinFunctions(evaluator)));
  functions.set(
    "import",
    curried(1, file => importValue(evaluator, file.force())),
  );
  // Also returns a package, without nixpkgs.
  functions.set(
    "derivation",
    curried(1, () => ofNixpkgs),
  );
  functions.set("true", bool(true));
  functions.set("false", bool(false));
  functions.set("null", nullValue);
  const attributes = new Map<string, Attribute>([...functions].map(([name, value]) => [name, { thunk: known(value) }]));
  const builtins = set(attributes, false);
  const names = new Map<string, Thunk>([["builtins", known(builtins)]]);
  for (const name of [...visible, "import", "true", "false", "null"])
    names.set(name, attributes.get(name)?.thunk ?? known(unknown));
  // The others are visible with the prefix `__`.
  for (const [name, { thunk }] of attributes) if (!names.has(name)) names.set(`__${name}`, thunk);
  return names;
}

function importValue(evaluator: FunctionHost, file: Value): Value {
  if (file.kind === "searchPath" && file.name === "nixpkgs/lib") return evaluator.library;
  if (file.kind === "searchPath" && file.name === "nixpkgs")
    return curried(1, argument => nixpkgsInstance(evaluator, argument));
  if (file.kind === "searchPath" && file.name.startsWith("nixpkgs/")) return importOfNixpkgs;
  const value = file.kind === "path" ? evaluator.file(file.path) : unknown;
  return value === unknown ? unreadImport : value;
}

/** An instance of nixpkgs: its library is known, its system follows from its arguments, its packages are unknown. */
function nixpkgsInstance(evaluator: FunctionHost, argument: Thunk): Value {
  const attributes = new Map<string, Attribute>([["lib", { thunk: known(evaluator.library) }]]);
  return { kind: "set", attributes, complete: false, instance: { argument, isNixpkgs: true } };
}
