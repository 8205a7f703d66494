/** The hash before a name in the Nix store: 32 digits of Nix's base 32. */
const hash = /^[0-9a-z]{32}-/;

const hashLength = 32;

function lastName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** `/nix/store/<hash>-hello-2.12` -> `<hash>` */
export function hashOfStorePath(storePath: string): string {
  return lastName(storePath).slice(0, hashLength);
}

/** `/nix/store/<hash>-hello-2.12` -> `hello-2.12`; anything but a store path is returned unchanged. */
export function storePathName(path: string): string {
  const name = lastName(path);
  return path !== name && hash.test(name) ? name.replace(hash, "") : path;
}

/** `/nix/store/<hash>-linux-6.1.38.drv` -> `linux-6.1.38` */
export function nameOfStorePath(storePath: string): string {
  return lastName(storePath)
    .replace(hash, "")
    .replace(/\.drv$/, "");
}

/** The name without hash and version: `linux` */
export function packageName(storePath: string): string {
  return nameOfStorePath(storePath).replace(/-\d.*$/, "");
}
