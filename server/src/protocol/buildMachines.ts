import type { WorkspaceEdit } from "vscode-languageserver-types";

/** A machine that builds for others, as the user describes it. Every text ends up in a NixOS configuration, quoted. */
export interface BuildMachine {
  /** The name or address at which its clients reach it with ssh. */
  readonly host: string;
  readonly sshPort: number;
  /** True: its own configuration sets up the ssh server already, so that Morph can deploy it. */
  readonly hasSsh?: true | undefined;
  /** Nix's name for the system that it runs: `x86_64-linux`. */
  readonly system: string;
  /** The systems that it is to emulate, all different from its own. */
  readonly emulated: readonly string[];
  /** How many derivations it is to build in parallel for one client. */
  readonly maxJobs: number;
  readonly cache?: BinaryCache | undefined;
  readonly hydra?: { readonly host: string } | undefined;
  /** How its nginx serves the cache and Hydra. */
  readonly web: BuildMachineWeb;
  /** The public keys of ssh with which its clients log in. */
  readonly clientKeys: readonly string[];
  /** The public key of its ssh server. Without it, its clients must know the host already. */
  readonly hostKey?: string | undefined;
}

/** A binary cache of what the build machine has in its store. */
export interface BinaryCache {
  /** Its name in DNS. */
  readonly host: string;
  /** Absent: it is filled in later. */
  readonly publicKey?: string | undefined;
  /** The file on this machine that contains the secret key, if Morph is to copy it to the build machine. Never its content. */
  readonly secretKeySource?: string | undefined;
}

export type BuildMachineWeb =
  /** Certificates of Let's Encrypt: the names must be reachable from the Internet on port 80. */
  | { readonly kind: "https"; readonly email: string }
  /** Without encryption, in a network that is trusted. What is fetched is verified by its signature all the same. */
  | { readonly kind: "http"; readonly port: number };

/** The names that the texts about the modules mention. */
export interface BuildMachineFiles {
  /** The name of the file with the module of the build machine. */
  readonly machineFile: string;
  /** The name of the file with the module of its clients. */
  readonly clientFile: string;
  /** The build machine, if it is a machine of a network, and the path of the network's file as the user knows it. */
  readonly deployed?: { readonly machine: string; readonly network: string } | undefined;
}

/** NixOS modules as text, and what to do with them. */
export interface BuildMachineModules {
  readonly machineModule: string;
  readonly clientModule: string;
  /** What to deploy in which order, as Markdown. */
  readonly nextSteps: string;
}

/** What the guided flow proposes. */
export interface BuildMachineDefaults {
  readonly candidates: readonly BuildMachineCandidate[];
  /** The systems of the networks' machines and whether a builder can build for them. Empty until Nix has answered. */
  readonly systems: readonly { readonly system: string; readonly isBuildable: boolean; readonly machines: number }[];
  /** The systems that NixOS can emulate on each system. */
  readonly emulatable: Readonly<Record<string, readonly string[]>>;
}

/** A machine of a network that may become the build machine. */
export interface BuildMachineCandidate {
  readonly uri: string;
  readonly machine: string;
  readonly system?: string | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
}

/** A new pair of keys of a binary cache. The secret key is only known to Nix and the file. */
export interface CacheKeys {
  readonly publicKey: string;
  readonly publicKeyFile: string;
  readonly secretKeyFile: string;
}

/** One way to get a builder for a system. */
export interface BuilderFix {
  readonly label: string;
  /** What it does, in at most 80 characters or so, as a list cuts off more. */
  readonly detail: string;
  readonly action: BuilderFixAction;
}

export type BuilderFixAction =
  /** Changes files. */
  | { readonly kind: "edit"; readonly edit: WorkspaceEdit }
  | {
      readonly kind: "copy";
      readonly text: string;
      /** What to do with it: some sentences. */
      readonly next: string;
    }
  /** The guided flow for a build machine. */
  | { readonly kind: "set-up" };
