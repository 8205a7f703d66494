import { nativeSystems } from "../options/foreignSystems.ts";
import type { BinaryCache, BuildMachine } from "../protocol.ts";
import { stringText } from "../syntax/quoting.ts";
import { clientEntry, entryText } from "./machineEntry.ts";
import { keyName, names, webAddress } from "./names.ts";
import { comment, indented, type Lines, listText, sections, setText } from "./text.ts";

/** The NixOS module of a client of a build machine: whatever a user has entered is a quoted string in it. */
export function clientModule(machine: BuildMachine): string {
  const { cache, emulated } = machine;
  const what = cache === undefined ? "has" : "fetches from its cache, and has";
  const lines = [
    ...comment(`A client of a build machine: it ${what} derivations of other systems built there.`),
    ...comment("For NixOS 22.11 and later: before, there was no nix.buildMachines.*.protocol."),
    emulated.length > 0 ? "{ lib, pkgs, ... }:" : "{ ... }:",
    "",
    ...(emulated.length > 0
      ? [
          "let",
          ...indented(
            comment(
              "A client that has one of these systems itself builds it faster. It would not even try: Nix asks other builders first.",
            ),
          ),
          `  emulated = lib.filter (system: system != pkgs.stdenv.hostPlatform.system) ${listText(emulated)};`,
          "in",
        ]
      : []),
    "{",
    ...indented(sections(builders(machine), settings(machine), ssh(machine))),
    "}",
  ];
  return `${lines.join("\n")}\n`;
}

function builders(machine: BuildMachine): Lines {
  const { system, emulated } = machine;
  const native = entryText(clientEntry(machine, "native", nativeSystems(system)));
  const emulating = entryText(clientEntry(machine, "emulated", emulated), "emulated");
  return [
    ...comment("Without this, Nix ignores nix.buildMachines."),
    "nix.distributedBuilds = true;",
    ...(emulated.length > 0
      ? comment(
          "Two entries for one machine: its speed differs. Only root connects to it, with root's key and known hosts.",
        )
      : comment("Only root connects to it, with root's key and known hosts.")),
    "nix.buildMachines = [",
    ...indented(native),
    ...(emulated.length > 0 ? ["] ++ lib.optionals (emulated != [ ]) [", ...indented(emulating), "];"] : ["];"]),
    ...(machine.hostKey === undefined
      ? comment(
          "Add publicHostKey to an entry, or root has to accept the host's key once. It is what `base64 -w0 /etc/ssh/ssh_host_ed25519_key.pub` prints on the build machine.",
        )
      : []),
  ];
}

function settings(machine: BuildMachine): Lines {
  const { cache } = machine;
  return setText("nix.settings", [
    ...comment("The build machine fetches inputs from caches itself. Otherwise each crosses the link of this client."),
    "builders-use-substitutes = true;",
    ...(cache === undefined ? [] : ["", ...substituter(cache, machine)]),
  ]);
}

/** Without its key, a cache is of no use: Nix warns of each path. */
function substituter({ host, publicKey }: BinaryCache, machine: BuildMachine): Lines {
  const why = "Whoever trusts this key trusts everything in the store of the build machine, which signs all of it.";
  const address = `substituters = ${listText([webAddress(host, machine)])};`;
  if (publicKey !== undefined) return [...comment(why), address, `trusted-public-keys = ${listText([publicKey])};`];
  return [
    ...comment(why),
    ...comment(`Replace the key by the content of ${names.publicKey} on the build machine and remove the two #.`),
    `# ${address}`,
    `# trusted-public-keys = ${listText([`${keyName(host)}:PUBLIC-KEY`])};`,
  ];
}

/** A machine line has no place for a port that every version of Nix understands. */
function ssh({ host, sshPort }: BuildMachine): Lines {
  if (sshPort === 22) return [];
  return [
    ...comment("Not every version of Nix accepts a port in the address of a builder."),
    `programs.ssh.extraConfig = ${stringText(`Host ${host}\n  Port ${sshPort}\n`)};`,
  ];
}
