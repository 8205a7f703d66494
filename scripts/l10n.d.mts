/** The sources of displayed texts: path relative to the project -> content. */
export function sources(): ReadonlyMap<string, string>;

/** English text -> the same, of all files. @param files path -> content. */
export function exportTexts(files?: ReadonlyMap<string, string>): Promise<Readonly<Record<string, string>>>;

export function writeTexts(): Promise<void>;
