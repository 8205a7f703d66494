import { storeName as nameOfStore } from "../../../server/src/common/storeName.ts";

/** A store's address without its parameters, which may be long and name keys. */
export function storeAddress(uri: string): string {
  return uri.replace(/\?.*$/s, "");
}

/**
 * What a store is called in a row: a builder as the server calls it, `pi` of `ssh-ng://root@pi?x=y`; any other by its address without
 * parameters.
 */
export function storeName(uri: string): string {
  return /^ssh(?:-ng)?:\/\//.test(uri) ? nameOfStore(uri) : storeAddress(uri);
}
