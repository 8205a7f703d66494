import os from "node:os";
import { exists } from "../storage/exists.ts";

/** This computer's name, and whether it runs NixOS, whose activation creates `/etc/NIXOS`. */
export async function thisHost(): Promise<{ readonly name: string; readonly isNixOs: boolean }> {
  return { name: os.hostname(), isNixOs: await exists("/etc/NIXOS") };
}
