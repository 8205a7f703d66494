import * as l10n from "@vscode/l10n";
import { codeBlock, inlineCode } from "../common/markdown.ts";
import type { BuildMachine, BuildMachineFiles } from "../protocol.ts";
import { keyName, names, webAddress } from "./names.ts";

/** A step: what to do, why, and the commands. */
interface Step {
  readonly title: string;
  readonly text: string;
  readonly commands?: readonly string[] | undefined;
}

/** What to deploy in which order, and why, as Markdown. */
export function nextSteps(machine: BuildMachine, files: BuildMachineFiles): string {
  const steps = [
    ...dns(machine),
    ...cacheKey(machine),
    deployMachine(files),
    ...hydraUser(machine),
    clientKey(machine, files),
    deployClients(machine, files),
    check(machine),
  ];
  return [
    `# ${l10n.t("Set up the build machine {0}", inlineCode(machine.host))}`,
    l10n.t("The build machine first, then its clients: they need its keys, and without it their builds wait for it."),
    ...steps.flatMap(({ title, text, commands = [] }, index) => [
      `## ${index + 1}. ${title}`,
      text,
      ...(commands.length === 0 ? [] : [codeBlock(commands.join("\n"))]),
    ]),
    "",
  ].join("\n\n");
}

function dns({ host, cache, hydra, web }: BuildMachine): Step[] {
  const hosts = [cache?.host, hydra?.host].filter(each => each !== undefined);
  if (hosts.length === 0) return [];
  const list = hosts.map(inlineCode).join(", ");
  return [
    {
      title: l10n.t("Add the names to DNS"),
      text: [
        l10n.t("{0} must lead to {1}: nginx decides by the name what it serves.", list, inlineCode(host)),
        ...(web.kind === "https"
          ? [l10n.t("Let's Encrypt must reach them from the Internet on port 80 before it issues certificates.")]
          : []),
      ].join(" "),
    },
  ];
}

function cacheKey({ host, cache }: BuildMachine): Step[] {
  if (cache === undefined || cache.secretKeySource !== undefined) return [];
  const [folder, secret, open] = [names.keyFolder, names.secretKey, names.publicKey];
  return [
    {
      title: l10n.t("Create the cache's keys on the build machine"),
      text: l10n.t(
        "As root on {0}, before the deployment: nix-serve does not start without its key. The secret key never leaves the machine.",
        inlineCode(host),
      ),
      commands: [
        `mkdir -p -m 0700 ${folder}`,
        `nix-store --generate-binary-cache-key ${keyName(cache.host)} ${secret} ${open}`,
        `chmod 0600 ${secret}`,
        `cat ${open}`,
      ],
    },
  ];
}

function deployMachine({ machineFile, deployed }: BuildMachineFiles): Step {
  const file = inlineCode(machineFile);
  if (deployed === undefined)
    return {
      title: l10n.t("Deploy the build machine"),
      text: l10n.t("Copy {0} there, import it in its configuration, and switch to it.", file),
      commands: [`# imports = [ ./${machineFile} ];`, "nixos-rebuild switch"],
    };
  const { machine, network } = deployed;
  return {
    title: l10n.t("Deploy the build machine"),
    text: l10n.t("Import {0} in the machine {1} and deploy only this one.", file, inlineCode(machine)),
    commands: [
      `# imports = [ ./${machineFile} ];`,
      `morph deploy --upload-secrets --on=${shellText(machine)} ${shellText(network)} switch`,
    ],
  };
}

function hydraUser({ hydra, ...machine }: BuildMachine): Step[] {
  if (hydra === undefined) return [];
  return [
    {
      title: l10n.t("Create a user of Hydra"),
      text: l10n.t("As root on the build machine. Then log in at {0}.", webAddress(hydra.host, machine)),
      commands: ["sudo -u hydra hydra-create-user admin --password-prompt --role admin"],
    },
  ];
}

function clientKey({ clientKeys }: BuildMachine, { machineFile }: BuildMachineFiles): Step {
  const isKnown = clientKeys.length > 0;
  return {
    title: l10n.t("Give each client a key for ssh"),
    text: [
      l10n.t("As root on each client: Nix's daemon connects as root, with no passphrase and no agent."),
      isKnown
        ? l10n.t(
            "A client whose key is already in {0} has it as {1}.",
            inlineCode(machineFile),
            inlineCode(names.sshKey),
          )
        : l10n.t("Add what it prints to {0} and deploy the build machine again.", inlineCode(machineFile)),
    ].join(" "),
    commands: [`ssh-keygen -t ed25519 -N '' -f ${names.sshKey}`, `cat ${names.sshKey}.pub`],
  };
}

function deployClients({ cache }: BuildMachine, { clientFile, deployed }: BuildMachineFiles): Step {
  const file = inlineCode(clientFile);
  const key = cache !== undefined && cache.publicKey === undefined;
  return {
    title: l10n.t("Deploy the clients"),
    text: [
      ...(key ? [l10n.t("Put the cache's public key into {0} first.", file)] : []),
      l10n.t("Import {0} in each machine that is to use the build machine, but not in that one.", file),
      l10n.t("The machine that runs the deployment is a client, too, and the one that needs it most."),
    ].join(" "),
    ...(deployed === undefined ? {} : { commands: [`morph deploy ${shellText(deployed.network)} switch`] }),
  };
}

function check({ host, sshPort, hostKey, cache, ...machine }: BuildMachine): Step {
  const port = sshPort === 22 ? "" : `-p ${sshPort} `;
  return {
    title: l10n.t("Check it"),
    text: [
      ...(hostKey === undefined
        ? [
            l10n.t(
              "As root on a client. The first connection asks for the host's key; compare it before you accept it.",
            ),
          ]
        : [l10n.t("As root on a client.")]),
      l10n.t("Then run the command Morph: Check Builders here."),
    ].join(" "),
    commands: [
      `ssh -i ${names.sshKey} ${port}${names.user}@${host} nix-store --version`,
      ...(cache === undefined ? [] : [`curl ${webAddress(cache.host, machine)}/nix-cache-info`]),
    ],
  };
}

/** An argument of a command that a user copies into a shell. */
function shellText(argument: string): string {
  return /^[\w./@:+-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`;
}
