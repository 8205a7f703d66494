// Builds dist/: the four bundles, the grammar, the parser's WebAssembly, the Nix expressions, the shell script for builders and the licences of what is bundled.
import fs from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import { grammarWasm } from "./grammar.mjs";
import { notices } from "./notices.mjs";
import { root } from "./paths.mjs";

const dist = path.join(root, "dist");

/** Every bundle is CommonJS for Node 20, the extension host of the oldest VS Code that we support (1.100). */
const shared = {
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
  absWorkingDir: root,
  // A bundler does not see the requires in the UMD builds of the language server's libraries, so use their ES builds.
  mainFields: ["module", "main"],
  define: { "import.meta.dirname": "__dirname", "import.meta.url": "undefined" },
};

/** The library of language clients, five sixths of the extension's code, is a bundle of its own that is loaded after activation. */
const clientLater = {
  name: "client-later",
  setup({ onResolve }) {
    onResolve({ filter: /\/createClient\.ts$/ }, ({ kind }) =>
      kind === "dynamic-import" ? { path: "./languageClient.js", external: true } : undefined,
    );
  },
};

/**
 * VS Code's API as one module with what the client uses of it. Otherwise each of the client's modules would copy all of the API's
 * names at activation, fifty times some hundred.
 */
const vscodeApi = {
  name: "vscode-api",
  setup({ onResolve, onLoad }) {
    const namespace = "vscode-api";
    onResolve({ filter: /^vscode$/ }, ({ kind }) =>
      kind === "import-statement" ? { path: "vscode", namespace } : { path: "vscode", external: true },
    );
    onLoad({ filter: /^vscode$/, namespace }, () => ({
      contents: `export const { ${usedOfVscode().join(", ")} } = require("vscode");`,
    }));
  },
};

/** Every name after `vscode.` in the client's sources; those of types are undefined and never used. */
function usedOfVscode() {
  const folder = path.join(root, "client/src");
  const files = fs.readdirSync(folder, { recursive: true }).filter(file => file.endsWith(".ts"));
  const texts = files.map(file => fs.readFileSync(path.join(folder, file), "utf8"));
  return [...new Set(texts.flatMap(text => Array.from(text.matchAll(/\bvscode\.(\w+)/g), ([, name]) => name)))].sort();
}

/** Name of a bundle in dist/ -> its esbuild options. */
export const bundles = {
  extension: {
    ...shared,
    entryPoints: ["client/src/extension.ts"],
    external: ["vscode"],
    plugins: [clientLater, vscodeApi],
    // What `require` loads has VS Code's own modules, and what `import()` loads may not have.
    supported: { "dynamic-import": false },
  },
  languageClient: { ...shared, entryPoints: ["client/src/session/createClient.ts"], external: ["vscode"] },
  server: {
    ...shared,
    entryPoints: ["server/src/main.ts"],
    alias: { "web-tree-sitter": path.join(root, "node_modules/web-tree-sitter/web-tree-sitter.cjs") },
  },
  /** The page of a timeline, which a browser runs. */
  timeline: {
    ...shared,
    entryPoints: ["client/webview/timeline.ts"],
    platform: "browser",
    target: "es2023",
    format: "iife",
  },
  supervisor: { ...shared, entryPoints: ["server/src/supervise/main.ts"] },
};

/** Builds the whole extension into dist/. */
export async function buildAll() {
  fs.mkdirSync(dist, { recursive: true });
  const built = await Promise.all(
    Object.entries(bundles).map(([name, options]) => build({ ...options, outfile: `dist/${name}.js`, metafile: true })),
  );
  fs.writeFileSync(path.join(dist, "ThirdPartyNotices.txt"), notices(built.map(({ metafile }) => metafile)));
  fs.copyFileSync(await grammarWasm(), path.join(dist, "tree-sitter-nix.wasm"));
  fs.copyFileSync(
    path.join(root, "node_modules/web-tree-sitter/web-tree-sitter.wasm"),
    path.join(dist, "web-tree-sitter.wasm"),
  );
  fs.cpSync(path.join(root, "server/sh"), path.join(dist, "sh"), { recursive: true });
  fs.cpSync(path.join(root, "server/nix"), path.join(dist, "nix"), { recursive: true });
}

if (import.meta.url === `file://${process.argv[1]}`) await buildAll();
