/** Settings of Nix by name, as `--option NAME VALUE` takes them. They may hold secrets, such as `access-tokens`. */
export type NixOptions = Readonly<Record<string, string>>;

/**
 * The arguments that set options, as Morph passes them to nix-build. A name that is none (empty, or like an argument) has no
 * effect in Nix and is left out, so that nothing in it can become an argument of its own.
 */
export function optionArguments(options: NixOptions = {}): string[] {
  return Object.entries(options)
    .filter(([name, value]) => /^[^-\0][^\0]*$/.test(name) && !value.includes("\0"))
    .flatMap(([name, value]) => ["--option", name, value]);
}
