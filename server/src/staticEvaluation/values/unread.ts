import { known, set, string, type Thunk, type UnknownValue } from "./value.ts";

/** An import of a file that cannot be read, such as a pinned nixpkgs: the arguments of a call are still known. */
export const unreadImport: UnknownValue = { kind: "unknown", called: unreadInstance };

/** The same for a file of nixpkgs itself, such as its test driver. */
export const importOfNixpkgs: UnknownValue = {
  kind: "unknown",
  isOfNixpkgs: true,
  called: argument => ({ ...unreadInstance(argument), isOfNixpkgs: true }),
};

/** `legacyPackages` of a flake: its attributes are instances of nixpkgs, named by system. */
export const flakePackages: UnknownValue = {
  kind: "unknown",
  member: system => unreadInstance(known(set(new Map([["system", { thunk: known(string(system)) }]])))),
};

function unreadInstance(argument: Thunk): UnknownValue {
  return { kind: "unknown", instance: { argument, isNixpkgs: false } };
}
