import type { BuildOptions } from "esbuild";

/** Name of a bundle in dist/ -> its esbuild options. */
export const bundles: Readonly<Record<"extension" | "server" | "supervisor", BuildOptions>>;

export function buildAll(): Promise<void>;
