/** What a command fills. */
export type SpaceUse = "store" | "build";

/** How much of a folder's file system was free when a command began, and how much at least while it ran (bytes). */
export interface MeasuredSpace {
  readonly before: number;
  readonly least: number;
}

/** A folder that a command fills. */
export interface FilledFolder {
  readonly use: SpaceUse;
  readonly path: string;
}
