import * as vscode from "vscode";
import { isNetworkTarget } from "../operations/target.ts";
import { reveal } from "../problems/location.ts";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";
import { machineOf } from "./pickMachine.ts";

const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Shows a machine, or a network, in its file. */
export function revealMachine({ machines }: Rooms): Command {
  return async argument => {
    if (isNetworkTarget(argument)) return reveal({ uri: argument.uri, range: top });
    const target = await machineOf(argument, machines, vscode.l10n.t("Go to Machine"));
    if (target === undefined) return undefined;
    const range = machines.machine(target.uri, target.machine)?.selectionRange ?? top;
    return reveal({ uri: target.uri, range });
  };
}
