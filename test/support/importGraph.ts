import fs from "node:fs";
import path from "node:path";

/** An import, be it for a type. */
export interface Import {
  /** Below the source folder, with `/`. */
  readonly from: string;
  /** The same; or a library, or a path that leads out of the folder. */
  readonly to: string;
  readonly isType: boolean;
}

/** The source files of a folder and what they import. */
export interface ImportGraph {
  readonly files: readonly string[];
  readonly imports: readonly Import[];
  /** The imports from one file of the folder to another. */
  readonly inside: readonly Import[];
  read(file: string): string;
}

const statement = /^(?:import|export)\s+(?:(type)\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
const call = /\b(?:import|require)\(\s*["'`]([^"'`]+)/g;

/** Reads all TypeScript below a folder. */
export function importGraph(root: string): ImportGraph {
  const read = (file: string) => fs.readFileSync(path.join(root, file), "utf8");
  const files = fs
    .readdirSync(root, { recursive: true, encoding: "utf8" })
    .map(name => name.split(path.sep).join("/"))
    .filter(name => /\.(?:ts|mts|cts|js|mjs)$/.test(name));
  const imports = files.flatMap(from => {
    const text = read(from);
    const found = [
      ...[...text.matchAll(statement)].map(([, type, to = ""]) => ({ to, isType: type !== undefined })),
      ...[...text.matchAll(call)].map(([, to = ""]) => ({ to, isType: false })),
    ];
    const resolve = (to: string) => (to.startsWith(".") ? path.posix.join(path.posix.dirname(from), to) : to);
    return found.map(({ to, isType }) => ({ from, to: resolve(to), isType }));
  });
  const known = new Set(files);
  return { files, imports, inside: imports.filter(({ to }) => known.has(to)), read };
}

/** `a.ts -> b.ts` */
export function arrows(imports: readonly Import[]): string[] {
  return imports.map(({ from, to }) => `${from} -> ${to}`);
}

/** The nodes of a cycle, if there is one; `next` returns the edges of a node. */
export function circleIn(nodes: Iterable<string>, next: (node: string) => readonly string[]): string[] | undefined {
  const done = new Set<string>();
  const visit = (node: string, way: readonly string[]): string[] | undefined => {
    if (way.includes(node)) return [...way.slice(way.indexOf(node)), node];
    if (done.has(node)) return undefined;
    for (const each of next(node)) {
      const circle = visit(each, [...way, node]);
      if (circle !== undefined) return circle;
    }
    done.add(node);
    return undefined;
  };
  for (const node of nodes) {
    const circle = visit(node, []);
    if (circle !== undefined) return circle;
  }
  return undefined;
}

/** A cycle of imports, including type imports. `nameOf` returns the node of a file. */
export function importCircle(
  imports: readonly Import[],
  nameOf: (file: string) => string = file => file,
): string[] | undefined {
  const next = new Map<string, string[]>();
  for (const { from, to } of imports) {
    const [source, target] = [nameOf(from), nameOf(to)];
    if (source !== target) next.set(source, [...(next.get(source) ?? []), target]);
  }
  return circleIn(next.keys(), node => next.get(node) ?? []);
}

/** Folder -> how many files it holds itself. */
export function folderSizes(files: readonly string[]): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const folder of files.map(file => path.posix.dirname(file))) sizes.set(folder, (sizes.get(folder) ?? 0) + 1);
  return sizes;
}
