import fs from "node:fs";
import path from "node:path";
import { fixturesDir } from "../fixtures.ts";
import type { Flavour } from "./database.ts";

/** A recorded request to a real server, and its answer. */
export interface Capture {
  /** Its file without `.json`. */
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    /** Fields of JSON, a text, or null. */
    readonly body: unknown;
  };
  readonly response: {
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    readonly body: unknown;
  };
}

const folders = { "2026": "hydra", "2023": "hydra-2023" } as const;

/** All exchanges that were recorded with a version, in their order. */
export function captures(flavour: Flavour): Capture[] {
  const folder = path.join(fixturesDir, folders[flavour]);
  return fs
    .readdirSync(folder)
    .filter(name => name.endsWith(".json"))
    .toSorted()
    .map(file => ({ name: file.slice(0, -5), ...JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")) }));
}

/** A recorded page, such as `html-build-3`. */
export function recordedPage(flavour: Flavour, name: string): string {
  return fs.readFileSync(path.join(fixturesDir, folders[flavour], `${name}.html`), "utf8");
}
