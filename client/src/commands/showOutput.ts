import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";

/** Shows what the language server and its client have written down. */
export function showOutput({ session }: Rooms): Command {
  return () => session.output.show();
}
