import assert from "node:assert/strict";
import { test } from "node:test";
import { derivationChanges } from "../../../server/src/nix/derivations/changes.ts";

interface Simple {
  readonly inputs?: readonly string[];
  readonly sources?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly system?: string;
}

const hashes = new Map<string, string>();

/** A store path for a name like `1:glibc-2.39.drv`: the part before the colon determines the hash. */
function path(id: string): string {
  const hash = hashes.get(id) ?? String(hashes.size).padStart(32, "0");
  hashes.set(id, hash);
  return `/nix/store/${hash}-${id.replace(/^\w+:/, "")}`;
}

const list = (items: readonly string[]) => `[${items.join(",")}]`;

function written({ inputs = [], sources = [], env = {}, system = "x86_64-linux" }: Simple): string {
  const environment = Object.entries(env).map(([name, value]) => `("${name}","${value}")`);
  const needs = inputs.map(input => `("${path(input)}",["out"])`);
  return `Derive([("out","${path("out")}","","")],${list(needs)},${list(sources.map(source => `"${path(source)}"`))},"${system}","/bin/sh",[],${list(environment)})`;
}

/** The changes between two derivations called `1:top.drv` and `2:top.drv`, as texts. */
async function changes(derivations: Record<string, Simple>): Promise<string[]> {
  const files = new Map(Object.entries(derivations).map(([id, simple]) => [path(id), written(simple)]));
  const found = await derivationChanges(path("1:top.drv"), path("2:top.drv"), async file => files.get(file));
  return found.map(({ name, before, parts }) => {
    const what = parts.map(part => (part.kind === "system" ? "system" : `${part.kind} ${part.name}`)).join(", ");
    return `${before === undefined ? "" : `${before} -> `}${name}: ${what}`;
  });
}

const cases: Record<string, [derivations: Record<string, Simple>, expected: string[]]> = {
  "a variable of its own": [
    { "1:top.drv": { env: { text: "a", same: "b" } }, "2:top.drv": { env: { text: "c", same: "b" } } },
    ["top: variable text"],
  ],
  "only a distant input": [
    {
      "1:top.drv": { inputs: ["1:lib.drv"], env: { deps: path("1:lib") } },
      "2:top.drv": { inputs: ["2:lib.drv"], env: { deps: path("2:lib") } },
      "1:lib.drv": { inputs: ["1:glibc-2.38.drv"] },
      "2:lib.drv": { inputs: ["2:glibc-2.39.drv"] },
      "1:glibc-2.38.drv": { env: { version: "2.38" } },
      "2:glibc-2.39.drv": { env: { version: "2.39" } },
    },
    ["glibc-2.38 -> glibc-2.39: variable version"],
  ],
  "a source": [
    { "1:top.drv": { sources: ["1:web.nix"] }, "2:top.drv": { sources: ["2:web.nix"] } },
    ["top: source web.nix"],
  ],
  "a new input": [
    {
      "1:top.drv": { inputs: ["a.drv"] },
      "2:top.drv": { inputs: ["a.drv", "htop-3.drv"] },
      "a.drv": {},
      "htop-3.drv": {},
    },
    ["top: input htop-3"],
  ],
  "another system": [{ "1:top.drv": {}, "2:top.drv": { system: "aarch64-linux" } }, ["top: system"]],
  "a change that many depend on is listed once": [
    {
      "1:top.drv": { inputs: ["1:a.drv", "1:b.drv"] },
      "2:top.drv": { inputs: ["2:a.drv", "2:b.drv"] },
      "1:a.drv": { inputs: ["1:c.drv"] },
      "2:a.drv": { inputs: ["2:c.drv"] },
      "1:b.drv": { inputs: ["1:c.drv"] },
      "2:b.drv": { inputs: ["2:c.drv"] },
      "1:c.drv": { env: { x: "1" } },
      "2:c.drv": { env: { x: "2" } },
    },
    ["c: variable x"],
  ],
  "a derivation that was garbage-collected": [{ "2:top.drv": {} }, []],
};

for (const [name, [derivations, expected]] of Object.entries(cases))
  test(`why it changed: ${name}`, async () => assert.deepEqual(await changes(derivations), expected));

test("an identical derivation has not changed", async () => {
  assert.deepEqual(await derivationChanges("/nix/store/x", "/nix/store/x", async () => assert.fail()), []);
});
