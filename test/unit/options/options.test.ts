import assert from "node:assert/strict";
import { test } from "node:test";
import { emulatableSystems, isEmulatable } from "../../../server/src/options/foreignSystems.ts";
import { nearest } from "../../../server/src/options/nearest.ts";
import { optionAt, optionsBelow, typeName } from "../../../server/src/options/option.ts";
import { morphOptions, morphPath } from "../../../server/src/options/options.ts";
import { commonSystems, isKnownSystem, knownSystems, meantSystem } from "../../../server/src/options/systems.ts";

const options = morphOptions();

test("every option exists once and has a description; nested options have a parent", () => {
  const paths = options.map(({ path }) => path.join("."));
  assert.equal(new Set(paths).size, paths.length);
  for (const { path, description } of options) {
    assert.match(description, /\.$/, path.join("."));
    if (path.length > 2 && path.at(-2) !== "*") assert.ok(paths.includes(path.slice(0, -1).join(".")), path.join("."));
  }
});

/** path -> the type and default of the option there. */
const known: Record<string, [type: string, value: string | undefined, since: string | undefined]> = {
  "network.description": ["string", '""', undefined],
  "network.ordering.tags": ["list of strings", "[ ]", "1.6"],
  "network.specialArgs": ["set", "{ }", "1.8"],
  "deployment.targetPort": ["integer or null", "null", "1.7"],
  "deployment.secrets.key.permissions": ["string", '"0400"', undefined],
  "deployment.secrets.key.owner.user": ["string", '"root"', undefined],
  "deployment.secrets.key.uploadAt": ['"pre-activation" | "post-activation"', undefined, "1.7"],
  "deployment.healthChecks.http.*.timeout": ["integer", "5", undefined],
  "deployment.preDeployChecks.cmd": ["list of sets", "[ ]", "1.8"],
};

for (const [path, expected] of Object.entries(known))
  test(`option ${path}`, () => {
    const option = optionAt(options, path.split("."));
    assert.ok(option);
    assert.deepEqual([typeName(option.type), option.default, option.since], expected);
  });

/** path -> the names below it. */
const below: Record<string, readonly string[]> = {
  "deployment.secrets": [],
  "deployment.secrets.key.owner": ["user", "group"],
  "deployment.healthChecks": ["cmd", "http"],
  "network.ordering": ["tags"],
  "network.pkgs": [],
};

for (const [path, names] of Object.entries(below))
  test(`options below ${path}`, () =>
    assert.deepEqual(
      optionsBelow(options, path.split(".")).map(option => option.path.at(-1)),
      names,
    ));

test("an option's path begins at network or deployment", () => {
  assert.deepEqual(morphPath(["eiffel", "config", "deployment", "tags"]), ["deployment", "tags"]);
  assert.deepEqual(morphPath(["network", "pkgs"]), ["network", "pkgs"]);
  assert.equal(morphPath(["eiffel", "network", "pkgs"]), undefined);
  assert.equal(morphPath([]), undefined);
});

/** typed -> meant, among these. */
const typed: Record<string, string | undefined> = {
  "aarch64-linx": "aarch64-linux",
  "x86-64-linux": "x86_64-linux",
  "arm64-linux": "aarch64-linux",
  amd64: "x86_64-linux",
  "x64-darwin": "x86_64-darwin",
  "x86-linux": "i686-linux",
  "my board": undefined,
  "": undefined,
};

for (const [name, meant] of Object.entries(typed))
  test(`a system meant by '${name}'`, () => assert.equal(meantSystem(name), meant));

test("a name of any length is compared quickly", () => {
  assert.equal(nearest("x".repeat(1_000_000), knownSystems()), undefined);
});

test("the common systems are known, and no name occurs twice", () => {
  for (const system of commonSystems().keys()) assert.ok(isKnownSystem(system));
  assert.equal(new Set(knownSystems()).size, knownSystems().length);
  assert.equal(isKnownSystem("aarch64-linx"), false);
});

test("what is proposed for emulation is what NixOS accepts", () => {
  for (const [own, systems] of Object.entries(emulatableSystems())) {
    assert.ok(systems.length > 5 && !systems.includes(own));
    assert.deepEqual(
      systems.filter(system => !isEmulatable(system)),
      [],
    );
  }
  assert.equal(emulatableSystems()["x86_64-linux"]?.includes("i686-linux"), false);
});
