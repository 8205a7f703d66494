import type { Metafile } from "esbuild";

export declare function packageFolder(file: string): string | undefined;
export declare function notices(metafiles: readonly Metafile[]): string;
