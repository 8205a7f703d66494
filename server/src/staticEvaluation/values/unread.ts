import { known, set, string, type Thunk, type UnknownValue } from "./value.ts";

/** What is imported from where nothing can be read, such as a pin of nixpkgs: what it is called with is known all the same. */
export const unreadImport: UnknownValue = { kind: "unknown", called: unreadInstance };

/** The same of a file of nixpkgs itself, such as its driver of tests. */
export const importOfNixpkgs: UnknownValue = {
  kind: "unknown",
  isOfNixpkgs: true,
  called: argument => ({ ...unreadInstance(argument), isOfNixpkgs: true }),
};

/** `legacyPackages` of a flake: its attributes are instances of nixpkgs, each named by its system. */
export const flakePackages: UnknownValue = {
  kind: "unknown",
  member: system => unreadInstance(known(set(new Map([["system", { thunk: known(string(system)) }]])))),
};

function unreadInstance(argument: Thunk): UnknownValue {
  return { kind: "unknown", instance: { argument, isNixpkgs: false } };
}
