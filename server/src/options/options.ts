import { deploymentOptions } from "./deployment.ts";
import { networkOptions } from "./network.ts";
import type { MorphOption } from "./option.ts";

/** Every option of Morph's own. */
export function morphOptions(): MorphOption[] {
  return [...networkOptions(), ...deploymentOptions()];
}

/**
 * An attribute path from where an option of Morph's begins: `deployment.tags` of `eiffel.deployment.tags`, whatever stands around
 * the machine's options, but `network.*` at the top of the file only. Undefined for any other path.
 */
export function morphPath(path: readonly (string | undefined)[]): readonly (string | undefined)[] | undefined {
  if (path[0] === "network") return path;
  const start = path.lastIndexOf("deployment");
  return start === -1 ? undefined : path.slice(start);
}
