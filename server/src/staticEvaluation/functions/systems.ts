import { curried, known, set, string, type Thunk, type Value } from "../values/value.ts";

/** `lib.systems.examples.*` (nixpkgs, `lib/systems/examples.nix`) -> Nix's name of the system. */
const examples: Readonly<Record<string, string>> = {
  "aarch64-multiplatform": "aarch64-linux",
  "aarch64-multiplatform-musl": "aarch64-linux",
  "armv7l-hf-multiplatform": "armv7l-linux",
  "armv7a-android-prebuilt": "armv7a-linux",
  gnu32: "i686-linux",
  gnu64: "x86_64-linux",
  "loongarch64-linux": "loongarch64-linux",
  mingwW64: "x86_64-windows",
  musl32: "i686-linux",
  musl64: "x86_64-linux",
  "musl-power": "powerpc-linux",
  pogoplug4: "armv5tel-linux",
  powernv: "powerpc64le-linux",
  raspberryPi: "armv6l-linux",
  remarkable1: "armv7l-linux",
  remarkable2: "armv7l-linux",
  riscv32: "riscv32-linux",
  riscv64: "riscv64-linux",
  s390x: "s390x-linux",
  sheevaplug: "armv5tel-linux",
};

/** `lib.systems`: the examples, and `elaborate`, which does not change the system. */
export function systemFunctions(): Value {
  const named = Object.entries(examples).map(([name, system]): [string, { thunk: Thunk }] => [
    name,
    { thunk: known(set(new Map([["system", { thunk: known(string(system)) }]]), false)) },
  ]);
  return set(
    new Map<string, { thunk: Thunk }>([
      ["examples", { thunk: known(set(new Map(named), false)) }],
      ["elaborate", { thunk: known(curried(1, platform => platform.force())) }],
    ]),
    false,
  );
}

/** Processors in GNU triples -> Nix's names for them. */
const processors: Readonly<Record<string, string>> = { arm64: "aarch64", amd64: "x86_64", i586: "i686", i486: "i686" };

/** `aarch64-unknown-linux-gnu` -> `aarch64-linux`; undefined for anything but a triple of Linux or Darwin. */
export function systemOfTriple(triple: string): string | undefined {
  const match = /^([a-z0-9_]+)-(?:[a-z0-9_]+-)?(linux|darwin|apple-darwin)/.exec(
    triple.replace("apple-darwin", "darwin"),
  );
  const processor = match?.[1];
  if (processor === undefined || match?.[2] === undefined) return undefined;
  const gnu = /hf$/.test(triple) && processor === "arm" ? "armv7l" : (processors[processor] ?? processor);
  return `${gnu}-${match[2]}`;
}
