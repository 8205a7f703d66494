import { build } from "../operations/build.ts";
import { asBefore, isMachineTarget } from "../operations/target.ts";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";

/** Builds a machine although what was found before says that it cannot end well. */
export function buildAnyway(rooms: Rooms): Command {
  return argument => {
    if (!isMachineTarget(argument)) return undefined;
    const { uri, machine } = argument;
    return build({ uri, machine, ...asBefore(argument), regardless: true }, rooms);
  };
}
