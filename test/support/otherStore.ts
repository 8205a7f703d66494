import fs from "node:fs";
import path from "node:path";
import type { Lab } from "./lab.ts";
import { removeTree } from "./temp.ts";

/** A further store of a laboratory with the same store paths, as on another machine. */
export interface OtherStore {
  /** For `--store` and `--to`. */
  readonly uri: string;
  /** Forgets everything in it. */
  empty(): Promise<void>;
}

/** An empty store, for what a machine receives: `nix copy --from CACHE --to URI PATH` checks signatures as it would. */
export function otherStore(lab: Lab, name: string): OtherStore {
  const dir = path.join(lab.dir, "stores", name);
  const parts = { real: "store", state: "state", log: "log" };
  const create = () => {
    for (const part of Object.values(parts)) fs.mkdirSync(path.join(dir, part), { recursive: true });
  };
  create();
  const query = Object.entries(parts).map(([key, part]) => `${key}=${path.join(dir, part)}`);
  return {
    uri: `local?store=${lab.storeDir}&${query.join("&")}`,
    empty: async () => {
      await removeTree(dir);
      create();
    },
  };
}
