import * as vscode from "vscode";
import type { Range } from "vscode-languageserver-types";
import type { Command, CommandContext } from "../context.ts";
import { findMachine } from "../machines/changes.ts";
import { reveal } from "../problems/location.ts";
import { isNetworkTarget, type MachineTarget } from "../targets.ts";
import { machineOf } from "./pick/machine.ts";

const top: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** Opens a network file, at a machine's definition if one is given. */
export function revealMachine(context: CommandContext): Command {
  return async argument => {
    if (isNetworkTarget(argument)) return reveal({ uri: argument.uri, range: top });
    const target = await machineOf(argument, context.machines, vscode.l10n.t("Go to Machine Definition"));
    return target && reveal({ uri: target.uri, range: await placeOf(target, context) });
  };
}

/** A machine's current position: the server does not publish mere moves. Without a server, the last known one. */
async function placeOf({ uri, machine }: MachineTarget, { session, machines }: CommandContext): Promise<Range> {
  const network = await session.request("morph/network", { textDocument: { uri } }).catch(() => undefined);
  const found = network === undefined ? machines.machine(uri, machine) : findMachine([network], uri, machine);
  return found?.selectionRange ?? top;
}
