import * as vscode from "vscode";
import type { Range } from "vscode-languageserver-types";
import type { Command, CommandContext } from "../context.ts";
import { findMachine } from "../machines/changes.ts";
import { reveal } from "../problems/location.ts";
import { isMachineTarget, isNetworkTarget, type MachineTarget } from "../targets.ts";
import { pickMachine } from "./pick/machine.ts";

const top: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Opens a network file, at a machine's definition if one is given. */
export function revealMachine(context: CommandContext): Command {
  return async argument => {
    if (isNetworkTarget(argument)) return reveal({ uri: argument.uri, range: top });
    const title = vscode.l10n.t("Go to Machine Definition");
    const target = isMachineTarget(argument) ? argument : await pickMachine(context.machines, title);
    return target && reveal({ uri: target.uri, range: await placeOf(target, context) });
  };
}

async function placeOf({ uri, machine }: MachineTarget, { machines }: CommandContext): Promise<Range> {
  const network = await machines.current(uri);
  return (network && findMachine([network], uri, machine)?.selectionRange) ?? top;
}
