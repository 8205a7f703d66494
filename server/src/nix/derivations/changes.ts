import { nameOfStorePath, packageName } from "../../common/storePath.ts";
import type { ChangedPart, DerivationChange } from "../../protocol.ts";
import { type Derivation, parseDerivation } from "./derivation.ts";

/** More derivations than these are not looked at. */
const mostPairs = 5000;

/** Names that hold nothing but paths, or that change with everything. */
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
 * Why a derivation is another than an earlier one: those below it that differ by something of their own, not only because what
 * they need does. The deepest come first. Derivations that cannot be read any more are left out.
 *
 * @param read gives the text of a `.drv` file; undefined when it is not there.
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

/** Inputs of one package before and after; those that have no partner are added. */
function pairsOf(
  before: readonly string[],
  after: readonly string[],
): { readonly pairs: readonly (readonly [string, string])[]; readonly added: readonly string[] } {
  const left = before.filter(path => !after.includes(path));
  const pairs: [string, string][] = [];
  const added: string[] = [];
  for (const path of after) {
    if (before.includes(path)) continue;
    const partner = left.findIndex(other => nameOfStorePath(other) === nameOfStorePath(path));
    const index = partner === -1 ? left.findIndex(other => packageName(other) === packageName(path)) : partner;
    const [other] = index === -1 ? [] : left.splice(index, 1);
    if (other === undefined) added.push(path);
    else pairs.push([other, path]);
  }
  return { pairs, added };
}

/** What differs of two derivations besides the paths of what they need. */
function ownChanges(before: Derivation, after: Derivation): ChangedPart[] {
  const names = new Set([...Object.keys(before.environment), ...Object.keys(after.environment)]);
  const variables = [...names]
    .filter(name => !ownPaths.has(name) && !(name in after.outputs))
    .filter(name => withoutHashes(before.environment[name]) !== withoutHashes(after.environment[name]));
  const sources = after.inputSources.filter(source => !before.inputSources.includes(source)).map(nameOfStorePath);
  return [
    ...(before.system === after.system ? [] : [{ kind: "system" } as const]),
    ...variables.map(name => ({ kind: "variable", name }) as const),
    ...sources.map(name => ({ kind: "source", name }) as const),
  ];
}

/** A text in which a store path of another hash is the same: what it stands for is looked at by itself. */
function withoutHashes(text: string | undefined): string | undefined {
  return text?.replaceAll(/\/[0-9a-z]{32}-/g, "/");
}
