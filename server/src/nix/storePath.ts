/** `/nix/store/<hash>-linux-6.1.38.drv` -> `linux-6.1.38` */
export function nameOfStorePath(storePath: string): string {
  return storePath
    .slice(storePath.lastIndexOf("/") + 1)
    .replace(/^[0-9a-z]{32}-/, "")
    .replace(/\.drv$/, "");
}
