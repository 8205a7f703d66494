/**
 * A command: what VS Code calls with whatever a menu, a lens or the palette passes; `selection` are all the rows that are
 * selected where several can be.
 */
export type Command = (argument?: unknown, selection?: unknown) => unknown;
