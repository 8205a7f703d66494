/** What a folder is used for. */
export type SpaceUse = "store" | "build";

/** Free space of a folder's file system when a command started, and the minimum while it ran (bytes). */
export interface MeasuredSpace {
  readonly before: number;
  readonly least: number;
}

/** A folder that a command fills. */
export interface FilledFolder {
  readonly use: SpaceUse;
  readonly path: string;
}
