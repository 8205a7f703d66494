/** Identifies a transfer among those of its build. A store that is not named is this machine's. */
export function transferKey({
  from = "",
  to = "",
  path,
}: {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly path: string;
}): string {
  return `${from} ${to} ${path}`;
}
