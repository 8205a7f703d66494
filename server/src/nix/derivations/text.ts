import { readTextSync } from "../../storage/regularFile.ts";

/** A larger file is not taken for a derivation (bytes). */
const maxBytes = 32 * 1024 * 1024;

/** The text of a `.drv` file, read synchronously; undefined if it cannot be read. */
export function readDerivationText(drvPath: string): string | undefined {
  return readTextSync(drvPath, maxBytes);
}
