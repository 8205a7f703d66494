import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";

/** Starts the language server anew. Builds go on. */
export function restartServer({ session }: Rooms): Command {
  return () => session.restart();
}
