import { fileURLToPath } from "node:url";
import { exists } from "../../storage/exists.ts";
import { readRegular } from "../../storage/regularFile.ts";
import { baseOf, type CacheFile, type CacheSource, maxNarinfo } from "./source.ts";

/** A binary cache in a folder: `file:///...`. */
export function fileSource(url: string): CacheSource {
  const base = baseOf(url);
  return {
    kind: "file",
    read: (name, signal) => readFile(`${base}/${name}`, signal),
    has: async name => {
      try {
        return await exists(fileURLToPath(`${base}/${name}`));
      } catch {
        return undefined;
      }
    },
  };
}

async function readFile(url: string, signal: AbortSignal): Promise<CacheFile> {
  try {
    signal.throwIfAborted();
    return { kind: "text", text: (await readRegular(fileURLToPath(url), maxNarinfo)).toString("utf8") };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? { kind: "absent" } : { kind: "failed", why: message };
  }
}
