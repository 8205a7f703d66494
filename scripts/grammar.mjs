// Compiles tree-sitter-nix (C sources from npm) to WebAssembly with a clang that is itself WebAssembly: no system compiler.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { root, toolsDir } from "./paths.mjs";

const flags = [
  ..."-fPIC -shared -Os -nostdlib -I. -fvisibility=hidden -fno-exceptions".split(" "),
  ...["--experimental-pic", "--shared", "--no-entry", "--allow-undefined", "--export=tree_sitter_nix"].map(
    f => `-Wl,${f}`,
  ),
  ..."-o nix.wasm parser.c scanner.c".split(" "),
];

/** The path of the compiled grammar. Cached by the hash of its sources and flags. */
export async function grammarWasm() {
  const folder = path.join(root, "node_modules/tree-sitter-nix/src");
  const read = name => fs.readFileSync(path.join(folder, name), "utf8");
  const sources = {
    "parser.c": read("parser.c"),
    "scanner.c": read("scanner.c"),
    tree_sitter: { "parser.h": read("tree_sitter/parser.h") },
  };
  const compiler = read("../../@yowasp/clang/package.json");
  const hash = crypto
    .createHash("sha256")
    .update(JSON.stringify([sources, flags, compiler]))
    .digest("hex");
  const file = path.join(toolsDir, "grammar", `${hash.slice(0, 32)}.wasm`);
  if (fs.existsSync(file)) return file;
  const { runClang } = await import("@yowasp/clang");
  const out = await runClang(["clang", ...flags], sources);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(`${file}.${process.pid}`, out["nix.wasm"]);
  fs.renameSync(`${file}.${process.pid}`, file);
  return file;
}
