import os from "node:os";
import path from "node:path";

/** The project's own folder. */
export const root = path.resolve(import.meta.dirname, "..");

/**
 * Where downloaded tools and compiled grammars are kept between checkouts: nothing in it belongs to one checkout.
 * `MORPH_TOOLS_DIR` moves it.
 */
export const toolsDir =
  process.env.MORPH_TOOLS_DIR ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), ".cache"), "vscode-morph");
