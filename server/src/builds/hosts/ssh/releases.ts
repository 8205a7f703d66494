import { mkdir, readdir, rm } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import { recordId, shortText } from "../../../schemas/common.ts";
import { readWhole, writeWhole } from "../../../storage/wholeFile.ts";

const schema = v.object({ store: shortText });

/**
 * Builds whose records were removed here and that may still have something on their builder: `<storage>/releases/<id>.json`. They
 * are removed there when the builder is reached the next time.
 */
export class Releases {
  readonly #folder: string;

  constructor(storageDir: string) {
    this.#folder = path.join(storageDir, "releases");
  }

  /** @throws when it cannot be written. */
  async add(id: string, store: string): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeWhole(path.join(this.#folder, `${id}.json`), { store: withoutSettings(store) });
  }

  /** The builds that are to be removed in a store. */
  async of(store: string): Promise<string[]> {
    const names = await readdir(this.#folder).catch(() => []);
    const ids = names.flatMap(name => (name.endsWith(".json") ? [name.slice(0, -".json".length)] : []));
    const found = await Promise.all(
      ids
        .filter(id => v.is(recordId, id))
        .map(async id =>
          (await readWhole(this.#folder, `${id}.json`, schema))?.store === withoutSettings(store) ? [id] : [],
        ),
    );
    return found.flat();
  }

  async done(id: string): Promise<void> {
    await rm(path.join(this.#folder, `${id}.json`), { force: true });
  }
}

/** The key with which a builder is reached may change meanwhile. */
function withoutSettings(store: string): string {
  return store.replace(/\?.*$/s, "");
}
