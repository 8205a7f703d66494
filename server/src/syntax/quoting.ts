const identifier = /^[A-Za-z_][\w'-]*$/;
const keywords: ReadonlySet<string> = new Set(
  ["assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"], //
);

/** An attribute's name as Nix text: unquoted if possible. */
export function attributeText(name: string): string {
  return identifier.test(name) && !keywords.has(name) ? name : stringText(name);
}

/** A string as Nix text. */
export function stringText(value: string): string {
  const escaped = value
    .replaceAll(/["\\]|\$(?=\{)/g, "\\$&")
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r");
  return `"${escaped}"`;
}
