import * as l10n from "@vscode/l10n";
import type { Machine, MachineSystem } from "../../protocol.ts";
import type { FeatureContext } from "../names/context.ts";

/**
 * Emulation and cross compilation compared, with the lines that switch from one to the other; empty unless the machine is emulated
 * wherever Nix builds it, or cross-compiled. As Markdown.
 */
export function crossText(machine: Machine, context: FeatureContext): string[] {
  const { system, buildSystem } = machine;
  const [host, build] = [system.value, buildSystem?.value];
  if (host === undefined) return [];
  if (build !== undefined && build !== host) {
    const costs = l10n.t(
      "It is cross-compiled on {0}: at full speed, but with store paths of its own, of which hardly any are in a public cache, and some packages cannot be cross-compiled. Without cross compilation it has the store paths that caches have, and needs a builder for {1}:",
      build,
      host,
    );
    return [costs, nixBlock(withoutCross(system, host))];
  }
  const choice = context.choice(machine);
  const first = choice?.builders.find(({ capability }) => capability.can);
  const { localSystem } = context;
  if (first?.capability.mode !== "emulated" || localSystem === undefined || localSystem === host) return [];
  const costs = l10n.t(
    "Emulation yields the store paths of a native build, so what caches have is not built. Cross-compiled on {0}, it is built at full speed, but with store paths of its own, of which hardly any are in a public cache, and some packages cannot be cross-compiled:",
    localSystem,
  );
  return [costs, nixBlock(withCross(system, host, localSystem))];
}

/** @param system what decides the machine's system: its own options have no effect beside an instance of nixpkgs. */
function withCross({ origin }: MachineSystem, host: string, build: string): string {
  return usesInstance(origin)
    ? `${instanceName(origin)} = import <nixpkgs> { localSystem = "${build}"; crossSystem = "${host}"; };`
    : `nixpkgs.buildPlatform = "${build}";\nnixpkgs.hostPlatform = "${host}"; # ${l10n.t("in place of nixpkgs.system and the like")}`;
}

function withoutCross({ origin }: MachineSystem, host: string): string {
  return usesInstance(origin)
    ? `${instanceName(origin)} = import <nixpkgs> { system = "${host}"; };`
    : `nixpkgs.hostPlatform = "${host}"; # ${l10n.t("without nixpkgs.buildPlatform and the like")}`;
}

function usesInstance(origin: MachineSystem["origin"]): boolean {
  return origin === "network.pkgs" || origin === "nixpkgs.pkgs";
}

function instanceName(origin: MachineSystem["origin"]): string {
  return origin === "network.pkgs" ? "network.pkgs" : "nixpkgs.pkgs";
}

function nixBlock(text: string): string {
  return `\`\`\`nix\n${text}\n\`\`\``;
}
