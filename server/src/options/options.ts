import { deploymentOptions } from "./deployment.ts";
import { networkOptions } from "./network.ts";
import type { MorphOption } from "./option.ts";

/** All options that Morph defines. */
export function morphOptions(): MorphOption[] {
  return [...networkOptions(), ...deploymentOptions()];
}

/**
 * The part of an attribute path that is a Morph option: `deployment.tags` in `eiffel.deployment.tags`, at any depth, but
 * `network.*` only at the top level of the file. Undefined for any other path.
 */
export function morphPath(path: readonly (string | undefined)[]): readonly (string | undefined)[] | undefined {
  if (path[0] === "network") return path;
  const start = path.lastIndexOf("deployment");
  return start === -1 ? undefined : path.slice(start);
}
