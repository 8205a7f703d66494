import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { declaredBuilders } from "../../../server/src/builders/declared.ts";
import { lineOfMachine } from "../../../server/src/network/builders/buildMachine.ts";
import type { FoundDeclaration } from "../../../server/src/network/builders/found.ts";
import type { NixDocument } from "../../../server/src/syntax/document.ts";
import { DeclaredBuilders, type SearchLimits } from "../../../server/src/workspace/declaredBuilders.ts";
import { nixDocument, parser } from "../../support/nixDocument.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const root = tempFolder("declared");
after(() => removeTree(root));

let count = 0;

/** A workspace with these files, and the search in it. */
function workspace(files: Readonly<Record<string, string>>, limits?: SearchLimits) {
  const folder = path.join(root, String(count++));
  const write = (name: string, text: string) => {
    fs.mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    fs.writeFileSync(path.join(folder, name), text);
  };
  for (const [name, text] of Object.entries(files)) write(name, text);
  const open = new Map<string, NixDocument>();
  let changes = 0;
  const declared = new DeclaredBuilders(
    parser,
    { folders: () => [folder], open: file => open.get(file), didChange: () => changes++ },
    undefined,
    limits,
  );
  const file = (name: string) => path.join(folder, name);
  const found = async () => {
    const result = await declared.search();
    return [
      ...result.found.map(each => shown(folder, each)),
      ...(result.partial === undefined ? [] : [result.partial]),
    ];
  };
  return { declared, file, write, open, found, changes: () => changes };
}

function shown(folder: string, found: FoundDeclaration): string {
  const what =
    found.kind === "machine"
      ? lineOfMachine(found.machine)
      : found.kind === "network"
        ? found.setting
        : found.systems.join(" ");
  return `${path.relative(folder, found.file)}:${found.line} ${found.kind} ${what}`;
}

const builder = (host: string) => `{ nix.buildMachines = [\n  { hostName = "${host}"; system = "x86_64-linux"; }\n]; }`;
const lineOf = (host: string) => `ssh://${host} x86_64-linux - 1 1 - - -`;

test("what is declared anywhere in the workspace is found, with its file and line", async () => {
  const { found } = workspace({
    "hosts/a.nix": builder("a"),
    "network.nix": `{
      network.nixConfig.builders = "ssh://n aarch64-linux";
      web = { ... }: { boot.binfmt.emulatedSystems = [ "aarch64-linux" ]; };
    }`,
    "other.nix": "{ services.x.buildMachines = 1; }",
    "result/x.nix": builder("skipped"),
    ".git/x.nix": builder("skipped"),
    "text.txt": builder("no nix file"),
  });
  assert.deepEqual(await found(), [
    `hosts/a.nix:2 machine ${lineOf("a")}`,
    "network.nix:2 network ssh://n aarch64-linux",
    "network.nix:3 emulation aarch64-linux",
  ]);
});

test("a changed, a new and a deleted file count without another search of the workspace", async () => {
  const { declared, file, write, found, changes } = workspace({ "a.nix": builder("a"), "b.nix": builder("b") });
  await found();
  write("a.nix", builder("a2"));
  write("c/d.nix", builder("d"));
  fs.rmSync(file("b.nix"));
  await Promise.all(["a.nix", "b.nix", "c/d.nix"].map(name => declared.didChange(file(name))));
  assert.equal(changes(), 1);
  assert.deepEqual(await found(), [`a.nix:2 machine ${lineOf("a2")}`, `c/d.nix:2 machine ${lineOf("d")}`]);
  write("a.nix", `${builder("a2")} # the same`);
  await declared.didChange(file("a.nix"));
  assert.equal(changes(), 1);
});

test("a change before the first search is not read", async () => {
  const { declared, file, changes } = workspace({ "a.nix": builder("a") });
  await declared.didChange(file("a.nix"));
  assert.equal(changes(), 0);
});

test("an open document counts instead of its file, also for those that import it", async () => {
  const { declared, file, open, found } = workspace({
    "a.nix": `{ nix.buildMachines = [ { hostName = import ./host.nix; system = "x86_64-linux"; } ]; }`,
    "host.nix": `"disk"`,
  });
  assert.deepEqual(await found(), [`a.nix:1 machine ${lineOf("disk")}`]);
  open.set(file("host.nix"), nixDocument(`"editor"`, `file://${file("host.nix")}`));
  await declared.didChange(file("host.nix"));
  assert.deepEqual(await found(), [`a.nix:1 machine ${lineOf("editor")}`]);
});

test("with too many files the result says that it is partial", async () => {
  const files = Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`${i}.nix`, builder(String(i))]));
  const { found } = workspace(files, { files: 20, time: 60_000 });
  for (const lines of [await found(), await found()]) {
    assert.equal(lines.length, 21);
    assert.equal(lines.at(-1), "files");
  }
});

test("a search that runs out of time goes on where it was", async () => {
  const { found } = workspace({ "a.nix": builder("a") }, { files: 10, time: 0 });
  assert.deepEqual(await found(), ["time"]);
  const { found: foundAll } = workspace({ "a.nix": builder("a") }, { files: 1, time: 60_000 });
  assert.deepEqual(await foundAll(), [`a.nix:2 machine ${lineOf("a")}`]);
});

test("files that are not text, endless, too large or nested without end do no harm, and hide no others", async () => {
  const many = 20_000;
  const { file, write, found } = workspace({
    "a.nix": builder("a"),
    "deep.nix": `{ nix.buildMachines = ${"[".repeat(many)}${"]".repeat(many)}; }`,
    "wide.nix": `{ nix.buildMachines = [ ${'{ hostName = "w"; system = "x86_64-linux"; } '.repeat(2000)}]; }`,
    "large.nix": `${builder("large")}\n${"# x\n".repeat(300_000)}`,
    "self.nix": `{ nix.buildMachines = import ./self.nix; }`,
    "endless.nix": `let f = n: [ { hostName = f (n + 1); } ]; in { nix.buildMachines = map f (f 0); }`,
  });
  fs.writeFileSync(file("binary.nix"), Buffer.from([0, 1, 2, 255, 254, ...Buffer.from("buildMachines"), 0]));
  execFileSync("mkfifo", [file("fifo.nix")]);
  fs.symlinkSync("/dev/zero", file("zero.nix"));
  fs.symlinkSync(file("."), file("loop"));
  write("locked/b.nix", builder("b"));
  fs.chmodSync(file("locked/b.nix"), 0);
  const lines = (await found()).filter(line => !/^(?:wide|locked)/.test(line));
  assert.deepEqual(lines, [`a.nix:2 machine ${lineOf("a")}`]);
});

test("the declared builders are not active, have the place as their origin, and only a line that is known", async () => {
  const { declared, file } = workspace({
    "hosts/pi/default.nix": `{ config, ... }: {
      nix.buildMachines = [
        { hostName = "a"; systems = [ "x86_64-linux" "i686-linux" ]; maxJobs = 4; }
        { hostName = "b"; system = "x86_64-linux"; sshKey = config.x; }
        { hostName = "c"; }
        { hostName = config.y; system = "x86_64-linux"; }
      ];
      boot.binfmt.emulatedSystems = [ "aarch64-linux" ];
    }`,
  });
  const builders = await declaredBuilders((await declared.search()).found);
  const place = (line: number) => ({ source: "nixos module", file: file("hosts/pi/default.nix"), line });
  assert.deepEqual(
    builders.map(({ name, kind, offers }) => [
      name,
      kind,
      offers.map(({ systems, line, isPartlyKnown }) => [systems.map(({ system }) => system), line, isPartlyKnown]),
    ]),
    [
      ["a", "remote", [[["x86_64-linux", "i686-linux"], "ssh://a x86_64-linux,i686-linux - 4 1 - - -", undefined]]],
      ["b", "remote", [[["x86_64-linux"], undefined, true]]],
      ["c", "remote", [[[], undefined, true]]],
      ["pi", "remote", [[["aarch64-linux"], undefined, true]]],
    ],
  );
  assert.deepEqual(
    builders.flatMap(({ offers }) => offers.map(({ origin, active }) => [origin, active])),
    [3, 4, 5, 8].map(line => [place(line), false]),
  );
});
