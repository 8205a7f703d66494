import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { WorkspaceEdit } from "vscode-languageserver-types";
import { URI } from "vscode-uri";
import { entryText, type MachineEntry, machineLine } from "../../buildMachine/machineEntry.ts";
import { emulatedFeatures } from "../../buildMachine/names.ts";
import { emulatableOn } from "../../options/foreignSystems.ts";
import type { BuilderFix, Machine, Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { stringText } from "../../syntax/quoting.ts";
import { type Assignment, assign } from "../edits/assign.ts";
import { machineOfHost, type ThisHost } from "./host.ts";
import { type MachineSet, machineSet } from "./machineSet.ts";

/** What the fixes depend on. */
export interface BuilderFixFacts {
  readonly network: Network;
  /** The network's text; undefined if no editor has it open. */
  readonly document: NixDocument | undefined;
  /** The text that a path of the network leads to, if it is known. */
  readonly imported: (literal: string) => NixDocument | undefined;
  /** The name of the machine that no builder can build. */
  readonly machine: string;
  /** Its system, or another one that it needs. */
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
        ? l10n.t("Adds boot.binfmt.emulatedSystems. Deploy {0} then. Slow, but simple.", machine.name)
        : l10n.t("Adds boot.binfmt.emulatedSystems, for builds on {0} itself.", machine.name),
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
      detail: l10n.t("Adds nix.buildMachines with {0}: check its user and key.", entry.hostName),
      action: { kind: "edit", edit },
    },
  ];
}

function named({ name }: Machine, isHost: boolean): string {
  return isHost ? l10n.t("{0} (this machine)", name) : name;
}

/** What is to be pasted into the configuration of this computer, if that is not a machine whose text can be edited. */
function copies(own: Machine | undefined, facts: BuilderFixFacts): BuilderFix[] {
  const { system, host, localSystem } = facts;
  const isEditable = own !== undefined && setOf(own, facts) !== undefined;
  const canEmulate = localSystem === undefined || emulatableOn(localSystem).includes(system);
  return [...(canEmulate && !isEditable ? [emulationToCopy(facts)] : []), lineToCopy(own, facts, host)];
}

function emulationToCopy({ system, host: { isNixOs }, network }: BuilderFixFacts): BuilderFix {
  const file = path.posix.basename(URI.parse(network.uri).path);
  if (isNixOs)
    return {
      label: l10n.t("Emulate {0} on this machine: copy the option", system),
      detail: l10n.t("For its NixOS configuration, which is not written in {0}. Slow, but simple.", file),
      action: {
        kind: "copy",
        text: `boot.binfmt.emulatedSystems = [ ${stringText(system)} ];`,
        next: l10n.t("Paste it into the NixOS configuration of this machine, and switch to that."),
      },
    };
  return {
    label: l10n.t("Emulate {0} on this machine: copy the line for nix.conf", system),
    detail: l10n.t("For a machine without NixOS, which needs QEMU as well. Slow, but simple."),
    action: {
      kind: "copy",
      text: `extra-platforms = ${system}`,
      next: l10n.t(
        "Install static QEMU with binfmt (on Debian, the package qemu-user-static), add the line to /etc/nix/nix.conf, and restart Nix's daemon.",
      ),
    },
  };
}

function lineToCopy(own: Machine | undefined, facts: BuilderFixFacts, { isNixOs }: ThisHost): BuilderFix {
  const entry = entryFor(own, facts);
  return {
    label: l10n.t("Copy the line of a remote builder for /etc/nix/machines"),
    detail: l10n.t("With {0} as builder: check host, user and key.", entry.hostName),
    action: {
      kind: "copy",
      text: machineLine(entry),
      next: isNixOs
        ? l10n.t(
            "Check host, user and key. On NixOS, nix.buildMachines creates the file: paste the line only if it does not.",
          )
        : l10n.t(
            "Paste it into /etc/nix/machines on this machine, and check host, user and key. Root connects to the builder.",
          ),
    },
  };
}

/** A builder: a machine of the network that has the system, or else one whose name has to be filled in. */
function entryFor(client: Machine | undefined, { network, system, machine: asked }: BuilderFixFacts): MachineEntry {
  const able = network.machines.filter(
    machine => machine !== client && machine.system.value === system && machine.targetHost !== undefined,
  );
  // A machine can also build for itself.
  const native = able.find(({ name }) => name !== asked) ?? able[0];
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
  machine: Machine,
  facts: BuilderFixFacts,
  assignments: readonly Assignment[],
): WorkspaceEdit | undefined {
  const found = setOf(machine, facts);
  const edits = found && assign(found.document, found.set, assignments);
  if (found === undefined || edits === undefined || edits.length === 0) return undefined;
  return { changes: { [found.document.uri]: [...edits] } };
}

function setOf({ name }: Machine, { document, imported }: BuilderFixFacts): MachineSet | undefined {
  return document && machineSet(document, name, imported);
}
