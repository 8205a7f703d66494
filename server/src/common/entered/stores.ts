// Checks of the addresses of stores that a user enters, which become arguments of Nix.

/** A host is never an option of ssh, with or without a user. */
const address = /^(?:file:\/\/\/|(?:s3|ssh|ssh-ng|https?):\/\/(?!(?:[^\s/]*@)?-)[\w.%~-])[^\s"'`\\]*$/;

/** The address of a store that Nix can copy to. */
export function isStoreAddress(text: string): boolean {
  return text.length <= 2000 && address.test(text);
}

/** The same, of one in which Nix can sign: not behind a web server. */
export function isSigningAddress(text: string): boolean {
  return isStoreAddress(text) && !/^(?:https?|ssh):/.test(text);
}

/** Whether copies to an address can be signed with a key file: a cache of files, not another machine's store. */
export function signsCopies(text: string): boolean {
  return /^(?:file|s3|https?):/.test(text);
}

/** What is proposed for a cache: its own address if Nix can write there, or the store of its host. */
export function proposedStore(cache: string | undefined): string {
  if (cache === undefined) return "";
  if (/^(?:file|s3|ssh-ng|ssh):/.test(cache)) return cache.replace(/^ssh:/, "ssh-ng:");
  const [, host = ""] = /^https?:\/\/(?:[^/@]*@)?([\w.-]+)/.exec(cache) ?? [];
  return host === "" ? "" : `ssh-ng://root@${host}`;
}

/** An address without its login, to be shown. */
export function shownStore(store: string): string {
  return store.replace(/^([a-z0-9+-]+:\/\/)[^/@]*@/, "$1");
}
