// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";
import { after, test } from "node:test";
import { pathToFileURL } from "node:url";
import type { Network } from "../../../server/src/protocol.ts";
import { NetworkFiles } from "../../../server/src/workspace/networkFiles.ts";
import { nixDocument } from "../../support/nixDocument.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

// Networks with unusual imports: machines that do not depend on them are read as usual, nothing is guessed about those that do,
// and only regular files are opened.

const temp = tempFolder("sources");
after(() => removeTree(temp));

const { parser } = nixDocument("");
const arm = `{ nixpkgs.system = "aarch64-linux"; }`;

/** Creates a temporary folder with these files. */
function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = fs.mkdtempSync(path.join(temp, "net-"));
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), text);
  }
  return folder;
}

/** Reads `network.nix` in a folder on the real disk with the real reader. */
async function read(folder: string): Promise<Network> {
  const files = new NetworkFiles(parser, () => {});
  await files.scan([folder], ["**/network.nix"]);
  const network = files.get(pathToFileURL(path.join(folder, "network.nix")).toString());
  assert.ok(network);
  return network;
}

/** Machine -> its system; `?` if unknown. */
function systemsOf({ machines }: Network): Record<string, string> {
  return Object.fromEntries(machines.map(({ name, system }) => [name, system.value ?? "?"]));
}

interface Case {
  /** Of the network, besides machine `ok`. */
  readonly text: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly prepare?: (folder: string) => void;
  /** Besides `ok`. */
  readonly systems: Readonly<Record<string, string>>;
}

const link = (target: string, name: string) => (folder: string) => fs.symlinkSync(target, path.join(folder, name));
const fifo = (name: string) => (folder: string) => void execFileSync("mkfifo", [path.join(folder, name)]);
const device = (name: string): Case => ({
  text: `a = import ${name}; b = ${name}; c.imports = [ ${name} ]; d.nixpkgs.system = builtins.readFile ${name};`,
  systems: { a: "?", b: "?", c: "?", d: "?" },
});
/** Sparse: it uses no disk space. */
const fileOf = (name: string, bytes: number) => (folder: string) => {
  fs.writeFileSync(path.join(folder, name), "{ }");
  fs.truncateSync(path.join(folder, name), bytes);
};

const cases: Readonly<Record<string, Case>> = {
  "two files that import each other": {
    text: "a = import ./a.nix; b.imports = [ ./b.nix ];",
    files: { "a.nix": "import ./b.nix", "b.nix": "import ./a.nix" },
    systems: { a: "?", b: "?" },
  },
  "two modules that import each other": {
    text: "a = ./a.nix; b.imports = [ ./b.nix ];",
    files: { "a.nix": `{ imports = [ ./b.nix ]; } // ${arm}`, "b.nix": "{ imports = [ ./a.nix ]; }" },
    systems: { a: "aarch64-linux", b: "aarch64-linux" },
  },
  "a network that imports itself": {
    text: "a = import ./network.nix; b = ./network.nix; c = (import ./network.nix).ok;",
    systems: { a: "?", b: "?", c: "x86_64-linux" },
  },
  "links that lead to each other": {
    text: "a = import ./x.nix; b = ./y.nix; c.imports = [ ./x.nix ];",
    prepare: folder => [link("y.nix", "x.nix"), link("x.nix", "y.nix")].forEach(make => void make(folder)),
    systems: { a: "?", b: "?", c: "?" },
  },
  "a folder that has itself in it": {
    text: "a = ./loop/loop/loop/arm.nix; b = import ./loop; c.imports = [ ./loop/loop ];",
    files: { "arm.nix": arm },
    prepare: link(".", "loop"),
    systems: { a: "aarch64-linux", b: "?", c: "?" },
  },
  "a default.nix that is its own folder": {
    text: "a = import ./sub; b = ./sub;",
    files: { "sub/x.nix": arm },
    prepare: link(".", "sub/default.nix"),
    systems: { a: "?", b: "?" },
  },
  "folders with and without a default.nix": {
    text: "a = import ./with; b = ./with; c = import ./without; d = ./without; e = import ./without/gone;",
    files: { "with/default.nix": arm, "without/x.nix": arm },
    systems: { a: "aarch64-linux", b: "aarch64-linux", c: "?", d: "?", e: "?" },
  },
  "an endless device": device("/dev/zero"),
  "a random device": device("/dev/random"),
  "the terminal": device("/dev/tty"),
  "the standard input": device("/dev/stdin"),
  "a device that is always full": device("/dev/full"),
  "a FIFO": { ...device("./pipe.nix"), prepare: fifo("pipe.nix") },
  "a link to a FIFO": {
    ...device("./link.nix"),
    prepare: folder => [fifo("pipe.nix"), link("pipe.nix", "link.nix")].forEach(make => void make(folder)),
  },
  "a folder that nobody may read": {
    text: "a = import ./closed; b = ./closed/x.nix;",
    files: { "closed/x.nix": "{ }", "closed/default.nix": "{ }" },
    prepare: folder => fs.chmodSync(path.join(folder, "closed"), 0),
    systems: { a: "?", b: "?" },
  },
  "a file that nobody may read": {
    text: "a = import ./closed.nix;",
    files: { "closed.nix": "{ }" },
    prepare: folder => fs.chmodSync(path.join(folder, "closed.nix"), 0),
    systems: { a: "?" },
  },
  "a file of 50 MB": { ...device("./large.nix"), prepare: fileOf("large.nix", 50_000_000) },
  "a file of 10 TB": { ...device("./large.nix"), prepare: fileOf("large.nix", 10_000_000_000_000) },
  "memory of the process": device("/proc/self/mem"),
  "a file of the kernel without an end": device("/proc/self/pagemap"),
  "a file of the kernel that waits for more": device("/proc/kmsg"),
};

const ok = `ok = { nixpkgs.system = "x86_64-linux"; };`;

for (const [name, { text, files = {}, prepare, systems }] of Object.entries(cases))
  test(`${name}: no other machine is affected`, async () => {
    const folder = folderWith({ ...files, "network.nix": `{\n  network = { };\n  ${ok}\n  ${text}\n}\n` });
    prepare?.(folder);
    const network = await read(folder);
    assert.deepEqual(systemsOf(network), { ok: "x86_64-linux", ...systems });
    assert.ok(network.complete);
    assertNotOpen(folder);
  });

/** What the names of machines depend on: the others are listed, and the network is incomplete. */
const unknowable: Readonly<Record<string, Pick<Case, "text" | "prepare">>> = {
  "a missing file": { text: "import ./gone.nix" },
  "an endless device": { text: "import /dev/zero" },
  "a FIFO": { text: "import ./pipe.nix", prepare: fifo("pipe.nix") },
  "the network itself": { text: "import ./network.nix" },
  "a link to itself": { text: "import ./x.nix", prepare: link("x.nix", "x.nix") },
  "a file of 50 MB": { text: "import ./large.nix", prepare: fileOf("large.nix", 50_000_000) },
  "a missing folder": { text: "builtins.mapAttrs (n: v: { }) (builtins.readDir ./gone)" },
  "the entries of a file": { text: "builtins.mapAttrs (n: v: { }) (builtins.readDir ./network.nix)" },
  "the text of a device": { text: "builtins.fromJSON (builtins.readFile /dev/zero)" },
};

for (const [name, { text, prepare }] of Object.entries(unknowable))
  test(`names that depend on ${name} are unknown, and the network is incomplete`, async () => {
    const folder = folderWith({ "network.nix": `{ ${ok} } // ${text}` });
    prepare?.(folder);
    const network = await read(folder);
    assert.deepEqual(systemsOf(network), { ok: "x86_64-linux" });
    assert.equal(network.complete, false);
    assertNotOpen(folder);
  });

test("a binary file is read without an error", async () => {
  const folder = folderWith({ "network.nix": `{ ${ok} a = import ./x.nix; b.imports = [ ./x.nix ]; }` });
  fs.writeFileSync(path.join(folder, "x.nix"), Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 256)));
  assert.deepEqual(systemsOf(await read(folder)), { ok: "x86_64-linux", a: "?", b: "?" });
});

test("a socket is not opened", async () => {
  const folder = folderWith({ "network.nix": `{ ${ok} a = import ./s.nix; b = ./s.nix; }` });
  const server = net.createServer(() => assert.fail("somebody calls"));
  await new Promise<void>(resolve => server.listen(path.join(folder, "s.nix"), resolve));
  assert.deepEqual(systemsOf(await read(folder)), { ok: "x86_64-linux", a: "?", b: "?" });
  await new Promise(resolve => server.close(resolve));
});

test("each of thousands of files in a folder can be a machine", async () => {
  const names = Array.from({ length: 4000 }, (_, index) => `m${index}`);
  const entries = Object.fromEntries(names.map(name => [`hosts/${name}`, ""]));
  const hosts = "builtins.mapAttrs (name: kind: { nixpkgs.system = kind; }) (builtins.readDir ./hosts)";
  const network = await read(folderWith({ ...entries, "network.nix": `{ ${ok} } // ${hosts}` }));
  assert.ok(network.complete);
  assert.deepEqual(systemsOf(network), {
    ok: "x86_64-linux",
    ...Object.fromEntries(names.map(name => [name, "regular"])),
  });
});

test("entries of a folder may appear and disappear while it is read", async () => {
  const entries = 'builtins.mapAttrs (n: v: import (/proc/self/fd + "/${n}")) (builtins.readDir /proc/self/fd)';
  const network = await read(folderWith({ "network.nix": `${entries} // { ${ok} }` }));
  const systems = systemsOf(network);
  assert.equal(systems.ok, "x86_64-linux");
  assert.ok(Object.keys(systems).every(name => name === "ok" || /^\d+$/.test(name)));
});

/** Size of a network file in bytes -> whether it is read. */
const sizes: readonly (readonly [bytes: number, isRead: boolean])[] = [
  [5 * 1024 * 1024, true],
  [5 * 1024 * 1024 + 1, false],
];

for (const [bytes, isRead] of sizes)
  test(`a network file of ${bytes} bytes is ${isRead ? "read" : "no network"}`, async () => {
    const text = `{ ${ok} }`;
    const folder = folderWith({ "network.nix": text + " ".repeat(bytes - text.length) });
    const files = new NetworkFiles(parser, () => {});
    await files.scan([folder], ["**/network.nix"]);
    assert.deepEqual(files.all().map(systemsOf), isRead ? [{ ok: "x86_64-linux" }] : []);
  });

/** What has the name of a network but is not one -> how it is created. */
const noNetworks: Readonly<Record<string, (folder: string) => void>> = {
  "a FIFO": fifo("network.nix"),
  "a folder": folder => fs.mkdirSync(path.join(folder, "network.nix")),
  "a link to a FIFO": folder => [fifo("pipe"), link("pipe", "network.nix")].forEach(make => void make(folder)),
  "a link to a device": link("/dev/zero", "network.nix"),
  "a link to itself": link("network.nix", "network.nix"),
};

for (const [name, make] of Object.entries(noNetworks))
  test(`${name} with the name of a network is skipped`, async () => {
    const folder = folderWith({ "sub/network.nix": `{ ${ok} }` });
    make(folder);
    const files = new NetworkFiles(parser, () => {});
    await files.scan([folder], ["**/network.nix"]);
    assert.deepEqual(files.all().map(systemsOf), [{ ok: "x86_64-linux" }]);
    assertNotOpen(folder);
  });

for (const [name, make] of Object.entries(noNetworks))
  test(`a network that becomes ${name} is dropped`, { timeout: 60_000 }, async () => {
    const folder = folderWith({ "network.nix": `{ ${ok} }` });
    const uri = pathToFileURL(path.join(folder, "network.nix")).toString();
    const files = new NetworkFiles(parser, () => {});
    await files.scan([folder], ["**/network.nix"]);
    assert.ok(files.get(uri));
    fs.rmSync(path.join(folder, "network.nix"));
    make(folder);
    await files.didChangeFile(uri);
    assert.equal(files.get(uri), undefined);
    assertNotOpen(folder);
  });

/** No file in a folder is open, and its FIFO has no reader. */
function assertNotOpen(folder: string): void {
  const open = fs.readdirSync("/proc/self/fd").flatMap(fd => {
    try {
      return [fs.readlinkSync(path.join("/proc/self/fd", fd))];
    } catch {
      return [];
    }
  });
  assert.deepEqual(
    open.filter(file => file.startsWith(folder)),
    [],
  );
  const writeOnly = fs.constants.O_WRONLY | fs.constants.O_NONBLOCK;
  for (const entry of fs.readdirSync(folder, { withFileTypes: true }))
    if (entry.isFIFO()) assert.throws(() => fs.openSync(path.join(folder, entry.name), writeOnly), { code: "ENXIO" });
}
