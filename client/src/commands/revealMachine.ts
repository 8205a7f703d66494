import * as vscode from "vscode";
import type { Command, CommandContext } from "../context.ts";
import { reveal } from "../problems/location.ts";
import { isNetworkTarget } from "../targets.ts";
import { machineOf } from "./pick/machine.ts";

const top = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Shows a machine, or a network, in its file. */
export function revealMachine({ machines }: CommandContext): Command {
  return async argument => {
    if (isNetworkTarget(argument)) return reveal({ uri: argument.uri, range: top });
    const target = await machineOf(argument, machines, vscode.l10n.t("Go to Machine"));
    if (target === undefined) return undefined;
    const range = machines.machine(target.uri, target.machine)?.selectionRange ?? top;
    return reveal({ uri: target.uri, range });
  };
}
