/** A store's URI without its parameters, which may be long and name keys. */
export function storeName(uri: string): string {
  return uri.replace(/\?.*$/, "");
}

/** `hello-2.12` of `/nix/store/<hash>-hello-2.12`. */
export function storePathName(path: string): string {
  return path.replace(/^.*\/[0-9a-z]{32}-/, "");
}
