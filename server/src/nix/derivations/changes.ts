import { nameOfStorePath, packageName } from "../../common/storePath.ts";
import type { ChangedPart, DerivationChange } from "../../protocol.ts";
import { type Derivation, parseDerivation } from "./derivation.ts";

/** Comparing stops after this many derivations. */
const mostPairs = 5000;

/** Variables that hold only paths, or that change whenever anything does. */
const ownPaths: ReadonlySet<string> = new Set([
  "out",
  "dev",
  "lib",
  "bin",
  "doc",
  "man",
  "info",
  "outputs",
  "builder",
  "__json",
]);

/**
 * Why a derivation differs from an earlier one: the derivations in its closure that changed themselves, not only because their
 * inputs changed. The deepest come first. Derivations that can no longer be read are left out.
 *
 * @param read returns the text of a `.drv` file; undefined if it does not exist.
 */
export async function derivationChanges(
  before: string,
  after: string,
  read: (drvPath: string) => Promise<string | undefined>,
): Promise<DerivationChange[]> {
  const changes: DerivationChange[] = [];
  const seen = new Set<string>();
  const look = async (oldPath: string, newPath: string): Promise<void> => {
    if (oldPath === newPath || seen.has(newPath) || seen.size >= mostPairs) return;
    seen.add(newPath);
    const [oldOne, newOne] = [await parsed(oldPath, read), await parsed(newPath, read)];
    if (oldOne === undefined || newOne === undefined) return;
    const { pairs, added } = pairsOf(oldOne.inputDerivations, newOne.inputDerivations);
    for (const [oldInput, newInput] of pairs) await look(oldInput, newInput);
    const parts = [
      ...added.map(path => ({ kind: "input", name: nameOfStorePath(path) }) as const),
      ...ownChanges(oldOne, newOne),
    ];
    const [name, earlier] = [nameOfStorePath(newPath), nameOfStorePath(oldPath)];
    if (parts.length > 0) changes.push({ name, ...(earlier === name ? {} : { before: earlier }), parts });
  };
  await look(before, after);
  return changes;
}

async function parsed(
  drvPath: string,
  read: (drvPath: string) => Promise<string | undefined>,
): Promise<Derivation | undefined> {
  const text = await read(drvPath);
  return text === undefined ? undefined : parseDerivation(text);
}

/** Pairs the inputs of the same package before and after; inputs without a partner were added. */
export function pairsOf(
  before: readonly string[],
  after: readonly string[],
): { readonly pairs: readonly (readonly [string, string])[]; readonly added: readonly string[] } {
  const [earlier, later] = [new Set(before), new Set(after)];
  let left = before.filter(path => !later.has(path));
  let added = after.filter(path => !earlier.has(path));
  const pairs: [string, string][] = [];
  // The same name counts more than the same package.
  for (const nameOf of [nameOfStorePath, packageName]) {
    if (left.length === 0 || added.length === 0) break;
    const partners = grouped(left, nameOf);
    const without: string[] = [];
    for (const path of added) {
      const partner = partners.get(nameOf(path))?.shift();
      if (partner === undefined) without.push(path);
      else pairs.push([partner, path]);
    }
    left = [...partners.values()].flat();
    added = without;
  }
  return { pairs, added };
}

function grouped(paths: readonly string[], nameOf: (path: string) => string): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const path of paths) {
    const group = groups.get(nameOf(path));
    if (group === undefined) groups.set(nameOf(path), [path]);
    else group.push(path);
  }
  return groups;
}

/** How two derivations differ, apart from the paths of their inputs. */
export function ownChanges(before: Derivation, after: Derivation): ChangedPart[] {
  const names = new Set([...Object.keys(before.environment), ...Object.keys(after.environment)]);
  const variables = [...names]
    .filter(name => !ownPaths.has(name) && !(name in after.outputs))
    .filter(name => withoutHashes(before.environment[name] ?? "") !== withoutHashes(after.environment[name] ?? ""));
  const sources = after.inputSources.filter(source => !before.inputSources.includes(source)).map(nameOfStorePath);
  return [
    ...(before.system === after.system ? [] : [{ kind: "system" } as const]),
    ...variables.map(name => ({ kind: "variable", name }) as const),
    ...sources.map(name => ({ kind: "source", name }) as const),
  ];
}

/** Removes the hashes of store paths, so that only the names are compared: the inputs themselves are compared separately. */
export function withoutHashes(text: string): string {
  return text.replaceAll(/\/[0-9a-z]{32}-/g, "/");
}
