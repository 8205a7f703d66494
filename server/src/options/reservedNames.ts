/** Top-level attributes of a network that Morph does not treat as machines (`eval-machines.nix`). */
export const reservedNames: ReadonlySet<string> = new Set(["network", "defaults", "resources", "require", "_file"]);
