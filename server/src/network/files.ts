import picomatch from "picomatch";

/** The globs of setting `morph.networkFiles` when it is not set. */
export const defaultNetworkFiles: readonly string[] = ["**/network.nix", "**/deploy.nix", "**/deployment.nix"];

/** Whether a path (relative to its workspace folder, with `/`) is a network file by the setting's globs. */
export type NetworkFileMatcher = (relativePath: string) => boolean;

/** Compiles the globs; one that is not valid matches nothing. */
export function networkFileMatcher(globs: readonly string[]): NetworkFileMatcher {
  const matchers = globs.flatMap(glob => {
    try {
      return [picomatch(glob, { dot: true })];
    } catch {
      return [];
    }
  });
  return relativePath => matchers.some(matches => matches(relativePath));
}
