/** Attributes at the top of a network that Morph does not take for machines (`eval-machines.nix`). */
export const reservedNames: ReadonlySet<string> = new Set(["network", "defaults", "resources", "require", "_file"]);
