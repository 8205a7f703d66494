/** A store's address without its parameters, which may be long and name keys. */
export function storeAddress(uri: string): string {
  return uri.replace(/\?.*$/s, "");
}

/**
 * What a store is called in a row: a builder as the server calls it, `pi` of `ssh-ng://root@pi?x=y`; any other by its address without
 * parameters.
 */
export function storeName(uri: string): string {
  const address = storeAddress(uri);
  const host = /^ssh(?:-ng)?:\/\/(?:[^/]*@)?([^/]+)/.exec(address)?.[1];
  return host ?? address;
}

/** `hello-2.12` of `/nix/store/<hash>-hello-2.12`. */
export function storePathName(path: string): string {
  return path.replace(/^.*\/[0-9a-z]{32}-/, "");
}
