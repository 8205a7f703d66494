/** Identifies a transfer within its build. A missing store is the local one. */
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
