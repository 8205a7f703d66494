// The project's own npm packages.
import fs from "node:fs";
import path from "node:path";
import { root } from "../paths.mjs";
import { run, step } from "./run.mjs";

/**
 * Installs the packages of package-lock.json unless node_modules already matches it. Not by `npm ci`, which rejects a lock file
 * without the packages of other platforms, which a registry need not have. `--no-save` leaves the lock file unchanged, too.
 */
export async function installNpmPackages() {
  if (isInstalled()) return;
  const flags = ["--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
  await step("npm packages", () => run("npm", ["install", ...flags], { cwd: root }));
}

/** npm records what it has installed in node_modules/.package-lock.json, in the format of package-lock.json. */
function isInstalled() {
  const wanted = packages("package-lock.json");
  const present = packages("node_modules/.package-lock.json");
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([name, { version, optional }]) => {
    if (name === "") return true;
    const found = present[name];
    return found ? found.version === version : optional;
  });
}

function packages(name) {
  try {
    return JSON.parse(fs.readFileSync(path.join(root, name), "utf8")).packages;
  } catch {
    return undefined;
  }
}
