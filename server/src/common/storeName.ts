/**
 * A short name for a store, from its address (Nix manual, "Store URL format"): `ssh-ng://root@builder-arm?x=y` ->
 * `builder-arm`, `unix:///run/nix/daemon.sock` -> `/run/nix/daemon.sock`, `local?root=/mnt` -> `/mnt`. Never empty, and without
 * credentials.
 */
export function storeName(address: string): string {
  const [, rest = address] = /^[\w+.-]*:\/\/(.*)$/s.exec(address) ?? [];
  const [place = "", query = ""] = rest.split("?", 2);
  if (place.startsWith("/")) return place;
  const host = place.slice(place.lastIndexOf("@", place.indexOf("/") === -1 ? undefined : place.indexOf("/")) + 1);
  const name = host.split("/")[0] ?? "";
  const root = /(?:^|&)root=([^&]+)/.exec(query)?.[1];
  return (place === "local" ? root : undefined) ?? (name === "" ? address : name);
}

/** Store addresses without a scheme, optionally followed by settings. */
const special = /^(?:auto|daemon|local)?(?:\?|$)/;

/** The address of a builder in a machines line: anything that is not a URL or a path is the name of an ssh host. */
export function storeAddress(word: string): string {
  return word.includes("/") || special.test(word) ? word : `ssh://${word}`;
}
