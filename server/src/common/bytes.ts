import type { Localiser } from "./localiser.ts";

/** A number of bytes as text: `512 B`, `1.5 MiB`. */
export function bytesText(bytes: number, l10n: Localiser): string {
  if (bytes < 1024) return l10n.t("{0} B", bytes);
  if (bytes < 1024 ** 2) return l10n.t("{0} KiB", (bytes / 1024).toFixed(1));
  if (bytes < 1024 ** 3) return l10n.t("{0} MiB", (bytes / 1024 ** 2).toFixed(1));
  return l10n.t("{0} GiB", (bytes / 1024 ** 3).toFixed(1));
}

/** A rough number of bytes, at least one mebibyte: `512 MiB`, `1.4 GiB`. */
export function roughBytesText(bytes: number, l10n: Localiser): string {
  const mebibytes = bytes / 1024 ** 2;
  return mebibytes < 1024 ? l10n.t("{0} MiB", Math.round(mebibytes)) : l10n.t("{0} GiB", (mebibytes / 1024).toFixed(1));
}
