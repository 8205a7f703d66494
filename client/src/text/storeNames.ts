import { storeName as nameOfStore } from "../../../server/src/common/storeName.ts";

/** A store's address without its parameters, which may be long and contain paths of keys. */
export function storeAddress(uri: string): string {
  return uri.replace(/\?.*$/s, "");
}

/**
 * The name of a store in a row: a builder's as the server shortens it, `pi` for `ssh-ng://root@pi?x=y`; otherwise the address
 * without parameters.
 */
export function storeName(uri: string): string {
  return /^ssh(?:-ng)?:\/\//.test(uri) ? nameOfStore(uri) : storeAddress(uri);
}
