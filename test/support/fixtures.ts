import path from "node:path";

/** The project's folder. */
export const projectDir: string = path.resolve(import.meta.dirname, "../..");

/** Where the test fixtures are. */
export const fixturesDir: string = path.join(projectDir, "test/fixtures");

/** The sample networks: `home`, `story`, `faults`, `long` and `odd names`. */
export function network(name: string): string {
  return path.join(fixturesDir, "networks", name, "network.nix");
}

/** The evaluator that is bundled with the extension. */
export const bundledEvaluator: string = path.join(projectDir, "server/nix/eval-machines.nix");
