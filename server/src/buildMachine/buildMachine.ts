import type { BuildMachine, BuildMachineFiles, BuildMachineModules } from "../protocol.ts";
import { clientModule } from "./clientModule.ts";
import { machineModule } from "./machineModule.ts";
import { nextSteps } from "./nextSteps.ts";

/** The modules of a build machine and of its clients, and what to deploy in which order. */
export function buildMachineModules(machine: BuildMachine, files: BuildMachineFiles): BuildMachineModules {
  return {
    machineModule: machineModule(machine),
    clientModule: clientModule(machine),
    nextSteps: nextSteps(machine, files),
  };
}
