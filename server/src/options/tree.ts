import type { MorphOption } from "./option.ts";

/** Options by path: finds those below one without scanning all. */
export interface OptionTree {
  readonly option?: MorphOption | undefined;
  readonly below: ReadonlyMap<string, OptionTree>;
}

interface Growing {
  option?: MorphOption | undefined;
  readonly below: Map<string, Growing>;
}

export function optionTree(options: readonly MorphOption[]): OptionTree {
  const root: Growing = { below: new Map() };
  for (const option of options) {
    let node = root;
    for (const segment of option.path) {
      const next: Growing = node.below.get(segment) ?? { below: new Map() };
      node.below.set(segment, next);
      node = next;
    }
    node.option = option;
  }
  return root;
}

/** The option for a name below another: one with that name, or one with freely chosen names. */
export function optionBelow(tree: OptionTree, name: string): OptionTree | undefined {
  return tree.below.get(name) ?? tree.below.get("*");
}
