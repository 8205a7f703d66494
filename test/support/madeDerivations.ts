import { createHash } from "node:crypto";

/** A closure of derivations as texts, as large as real ones. */
export interface MadeDerivations {
  /** The one that needs all others. */
  readonly root: string;
  /** Path -> text of the `.drv` file. */
  readonly files: ReadonlyMap<string, string>;
}

export interface MadeOptions {
  readonly count: number;
  readonly folder: string;
  /** The version label of the system, which only a few derivations have. */
  readonly label: string;
  /** Differs in the variable `version` of the deepest derivation, which all others depend on. */
  readonly nixpkgs: string;
}

/** How many derivations nothing but the root depends on, and which have the label. */
export const labelled = 6;

const list = (items: readonly string[]) => `[${items.join(",")}]`;

/** Each depends on up to five earlier ones, as in nixpkgs all on the first. */
export function makeDerivations({ count, folder, label, nixpkgs }: MadeOptions): MadeDerivations {
  const files = new Map<string, string>();
  const paths: string[] = [];
  const outputs: string[] = [];
  const add = (name: string, inputs: readonly number[], variables: Readonly<Record<string, string>>) => {
    const needed = [...new Set(inputs)].toSorted((a, b) => a - b);
    const all = JSON.stringify([name, needed.map(each => paths[each]), variables]);
    const identity = createHash("sha256").update(all).digest("hex").slice(0, 31);
    const output = `${folder}/o${identity}-${name}`;
    const env = { ...variables, buildInputs: needed.map(each => outputs[each]).join(" "), name, out: output };
    const sorted = Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const text = [
      `Derive([("out","${output}","","")]`,
      list(needed.map(each => `("${paths[each]}",["out"])`)),
      list([`"${folder}/s${"0".repeat(31)}-builder.sh"`]),
      `"x86_64-linux","${folder}/bash",["-e","${folder}/builder.sh"]`,
      `${list(sorted.map(([key, value]) => `("${key}",${JSON.stringify(value)})`))})`,
    ].join(",");
    const path = `${folder}/d${identity}-${name}.drv`;
    files.set(path, text);
    paths.push(path);
    outputs.push(output);
    return path;
  };
  // Most of a derivation's text are its scripts.
  const script = "echo built by a phase\n".repeat(150);
  add("stdenv", [], { version: nixpkgs, script });
  for (let index = 1; index < count - labelled - 1; index++)
    add(`package-${index}`, [0, index - 1, index >> 1, index >> 2, (index * 7) % index], { script });
  const last = paths.length - 1;
  const etc = Array.from({ length: labelled }, (_, index) => {
    add(`etc-${index}`, [0], { text: `VERSION=${label}` });
    return last + 1 + index;
  });
  const tops = Array.from({ length: Math.min(200, last) }, (_, index) => last - index);
  const root = add(`nixos-system-eiffel-${label}`, [...tops, ...etc, ...paths.keys()].slice(0, 2000), { label });
  return { root, files };
}
