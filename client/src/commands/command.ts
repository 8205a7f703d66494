/** A command: what VS Code calls with whatever a menu, a lens or the palette passes. */
export type Command = (argument?: unknown) => unknown;
