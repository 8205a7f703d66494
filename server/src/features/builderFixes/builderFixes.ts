import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { WorkspaceEdit } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import { entryText, type MachineEntry, machineLine } from "../../buildMachine/machineEntry.ts";
import { emulatedFeatures } from "../../buildMachine/names.ts";
import { emulatableOn } from "../../options/emulation.ts";
import type { BuilderFix, Machine, Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { stringText } from "../../syntax/quoting.ts";
import { type Assignment, assign } from "../edits/assign.ts";
import { machineOfHost, type ThisHost } from "./host.ts";
import { machineSet } from "./machineSet.ts";

/** What the fixes depend on. */
export interface BuilderFixFacts {
  readonly network: Network;
  /** The network's text; undefined if no editor has it open. */
  readonly document: NixDocument | undefined;
  /** The system that has no builder. */
  readonly system: string;
  readonly host: ThisHost;
  /** The system of this computer; undefined until Nix has answered. */
  readonly localSystem: string | undefined;
}

/** The most other machines of a network to which a fix is offered. */
const maxOthers = 20;

/** The ways to get a builder for a system, those for the computer that builds first. */
export function builderFixes(facts: BuilderFixFacts): readonly BuilderFix[] {
  const { network, host } = facts;
  const own = machineOfHost(network.machines, host);
  const others = network.machines.filter(machine => machine !== own).slice(0, maxOthers);
  return [
    ...(own === undefined ? [] : [...emulation(own, facts, true), ...remoteBuilder(own, facts, true)]),
    ...copies(own, facts),
    { label: l10n.t("Set up a build machine..."), detail: setUpText(), action: { kind: "set-up" } },
    ...others.flatMap(machine => emulation(machine, facts, false)),
    ...others.flatMap(machine => remoteBuilder(machine, facts, false)),
  ];
}

function setUpText(): string {
  return l10n.t("Writes NixOS modules for a machine that builds for others, and for its clients.");
}

/** `boot.binfmt.emulatedSystems` in a machine of the network. */
function emulation(machine: Machine, facts: BuilderFixFacts, isHost: boolean): BuilderFix[] {
  const { system } = facts;
  const own = machine.system.value;
  if (own !== undefined && !emulatableOn(own).includes(system)) return [];
  const lines = [stringText(system)];
  const edit = editFor(machine, facts, [{ kind: "element", path: ["boot", "binfmt", "emulatedSystems"], lines }]);
  if (edit === undefined) return [];
  return [
    {
      label: l10n.t("Emulate {0} on {1}", system, named(machine, isHost)),
      detail: isHost
        ? l10n.t(
            "Adds boot.binfmt.emulatedSystems. Deploy {0} then. Emulated builds are several times slower.",
            machine.name,
          )
        : l10n.t(
            "Adds boot.binfmt.emulatedSystems: it can then build for {0} itself, or for others as their builder.",
            system,
          ),
      action: { kind: "edit", edit },
    },
  ];
}

/** `nix.buildMachines` in a machine of the network. */
function remoteBuilder(machine: Machine, facts: BuilderFixFacts, isHost: boolean): BuilderFix[] {
  const { system } = facts;
  // It builds for itself.
  if (machine.system.value === system) return [];
  const entry = entryFor(machine, facts);
  const edit = editFor(machine, facts, [
    { kind: "element", path: ["nix", "buildMachines"], lines: entryText(entry) },
    { kind: "value", path: ["nix", "distributedBuilds"], text: "true" },
    { kind: "value", path: ["nix", "settings", "builders-use-substitutes"], text: "true" },
  ]);
  if (edit === undefined) return [];
  return [
    {
      label: l10n.t("Add a remote builder for {0} to {1}", system, named(machine, isHost)),
      detail: l10n.t(
        "Adds nix.buildMachines with {0}. Check host, user and key, then deploy {1}.",
        entry.hostName,
        machine.name,
      ),
      action: { kind: "edit", edit },
    },
  ];
}

function named({ name }: Machine, isHost: boolean): string {
  return isHost ? l10n.t("{0} (this machine)", name) : name;
}

/** What is to be pasted into the configuration of this computer. */
function copies(own: Machine | undefined, facts: BuilderFixFacts): BuilderFix[] {
  const { system, host, localSystem, network } = facts;
  const line = machineLine(entryFor(own, facts));
  const canEmulate = localSystem === undefined || emulatableOn(localSystem).includes(system);
  const file = path.posix.basename(URI.parse(network.uri).path);
  return [
    ...(canEmulate && own === undefined ? [emulationToCopy(system, host, file)] : []),
    {
      label: l10n.t("Copy the line of a remote builder for /etc/nix/machines"),
      detail: host.isNixOs
        ? l10n.t(
            "On NixOS that file comes from nix.buildMachines: paste it only if it does not. Check host, user and key.",
          )
        : l10n.t(
            "Paste it into that file on this machine, and check host, user and key. Root connects to the builder.",
          ),
      action: { kind: "copy", text: line },
    },
  ];
}

function emulationToCopy(system: string, { isNixOs }: ThisHost, file: string): BuilderFix {
  if (isNixOs)
    return {
      label: l10n.t("Emulate {0} on this machine: copy the option", system),
      detail: l10n.t(
        "This machine is not in {0}: paste it into its NixOS configuration and switch to that. Emulated builds are several times slower.",
        file,
      ),
      action: { kind: "copy", text: `boot.binfmt.emulatedSystems = [ ${stringText(system)} ];` },
    };
  return {
    label: l10n.t("Emulate {0} on this machine: copy the line for nix.conf", system),
    detail: l10n.t(
      "This machine does not run NixOS: install static QEMU with binfmt (on Debian, qemu-user-static), add the line to /etc/nix/nix.conf and restart Nix's daemon.",
    ),
    action: { kind: "copy", text: `extra-platforms = ${system}` },
  };
}

/** A builder: a machine of the network that has the system, or else one whose name has to be filled in. */
function entryFor(client: Machine | undefined, { network, system }: BuilderFixFacts): MachineEntry {
  const native = network.machines.find(
    machine => machine !== client && machine.system.value === system && machine.targetHost !== undefined,
  );
  return {
    hostName: native?.targetHost ?? "builder.example.org",
    protocol: "ssh-ng",
    sshUser: native?.targetUser ?? "root",
    sshKey: "/root/.ssh/id_ed25519",
    systems: [system],
    maxJobs: 2,
    supportedFeatures: emulatedFeatures,
  };
}

/** The edit of the machine's own definition; undefined if it cannot be extended, or nothing would change. */
function editFor(
  { name }: Machine,
  { document }: BuilderFixFacts,
  assignments: readonly Assignment[],
): WorkspaceEdit | undefined {
  const set = document && machineSet(document, name);
  const edits = set && assign(document, set, assignments);
  return edits === undefined || edits.length === 0 ? undefined : { changes: { [document?.uri ?? ""]: [...edits] } };
}
