import type { BuildOptions } from "esbuild";

/** What esbuild is asked for: name of a bundle in dist/ -> its options. */
export const bundles: Readonly<Record<"extension" | "server" | "supervisor", BuildOptions>>;

export function buildAll(): Promise<void>;
