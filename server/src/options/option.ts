/** A type that Morph or NixOS checks an option's value against. */
export type OptionType =
  | "string"
  | "integer"
  | "integer or null"
  | "string or null"
  | "boolean"
  | "list of strings"
  | "absolute path"
  | "set"
  | "set of strings"
  | "list of sets"
  | "anything"
  | { readonly oneOf: readonly string[] };

/** An option of `network.*` or `deployment.*`. */
export interface MorphOption {
  /** Beginning with `network` or `deployment`. `*` stands for a freely chosen name or a list element. */
  readonly path: readonly string[];
  readonly type: OptionType;
  /** As Nix text; absent if there is none. */
  readonly default?: string | undefined;
  /** Morph refuses a set that does not define it. */
  readonly isRequired?: boolean | undefined;
  /** The Morph version that introduced it; absent if every version in use has it. */
  readonly since?: string | undefined;
  readonly description: string;
}

/** An option's type in words. */
export function typeName(type: OptionType): string {
  return typeof type === "string" ? type : type.oneOf.map(value => `"${value}"`).join(" | ");
}

/** Whether a path matches an option, where `*` stands for anything. An unknown segment matches any. */
function fits(option: readonly string[], path: readonly (string | undefined)[]): boolean {
  return (
    option.length === path.length &&
    option.every((segment, i) => segment === "*" || path[i] === undefined || segment === path[i])
  );
}

/** The options of `options` one level below `path`; none where names are freely chosen. */
export function optionsBelow(options: readonly MorphOption[], path: readonly (string | undefined)[]): MorphOption[] {
  return options.filter(
    option =>
      option.path.length === path.length + 1 &&
      option.path.at(-1) !== "*" &&
      fits(option.path.slice(0, path.length), path),
  );
}

/** The option at `path`, if there is one. */
export function optionAt(
  options: readonly MorphOption[],
  path: readonly (string | undefined)[],
): MorphOption | undefined {
  return options.find(option => fits(option.path, path));
}
