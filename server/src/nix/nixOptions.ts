/** Nix settings by name, for `--option NAME VALUE`. They may contain secrets, such as `access-tokens`. */
export type NixOptions = Readonly<Record<string, string>>;

/**
 * The arguments that set options, as Morph passes them to nix-build. An invalid name (empty, or beginning like an argument) has
 * no effect in Nix and is left out, so that it cannot become an argument itself.
 */
export function optionArguments(options: NixOptions = {}): string[] {
  return Object.entries(options)
    .filter(([name, value]) => /^[^-\0][^\0]*$/.test(name) && !value.includes("\0"))
    .flatMap(([name, value]) => ["--option", name, value]);
}
