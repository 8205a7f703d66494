/** The file that all files of jobsets import: no jobset of ours can have its name. */
export const defaultFileName = "default.nix";

/** Whether Hydra accepts a name of a jobset (`Hydra/Helper/CatalystUtils.pm`, `$jobsetNameRE`), and a file of ours can have it. */
export function isJobsetName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_.-]{0,200}$/.test(name) && `${name}.nix` !== defaultFileName;
}
