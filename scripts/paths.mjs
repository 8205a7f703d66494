import os from "node:os";
import path from "node:path";

/** The project's own folder. */
export const root = path.resolve(import.meta.dirname, "..");

/**
 * The cache for downloaded tools and compiled grammars, shared by all checkouts.
 * `MORPH_TOOLS_DIR` overrides it.
 */
export const toolsDir =
  process.env.MORPH_TOOLS_DIR ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "vscode-morph");
