import * as l10n from "@vscode/l10n";
import type { MorphOption, OptionType } from "./option.ts";

/** The attributes of `network` that Morph reads (Morph, `data/eval-machines.nix`); it ignores all others without a word. */
export function networkOptions(): MorphOption[] {
  return [
    option("description", "string", l10n.t("What the network is, as Morph prints it."), { default: '""' }),
    option(
      "pkgs",
      "anything",
      l10n.t(
        "The instance of nixpkgs for all machines. It decides their system: what a machine states in `nixpkgs.system` or `nixpkgs.hostPlatform` has no effect then. A machine may set `nixpkgs.pkgs` to have another.",
      ),
    ),
    option("lib", "anything", l10n.t("The library of nixpkgs that Morph's own expressions use."), {
      default: "network.pkgs.lib",
    }),
    option("evalConfig", "anything", l10n.t("The path of the `eval-config.nix` that machines are evaluated with."), {
      default: 'network.pkgs.path + "/nixos/lib/eval-config.nix"',
    }),
    option(
      "specialArgs",
      "set",
      l10n.t("Further arguments for every module; unlike others they can be used in `imports`."),
      {
        default: "{ }",
        since: "1.8",
      },
    ),
    option("runCommand", "anything", l10n.t("The `runCommand` that makes the folder with links to the machines."), {
      default: "network.pkgs.runCommand",
    }),
    option("nixConfig", "set", l10n.t("Settings of Nix for building and copying. Every value is a string."), {
      default: "{ }",
    }),
    option("nixConfig.*", "string", l10n.t("A setting of Nix.")),
    option("ordering", "set", l10n.t("In which order machines are deployed."), { default: "{ }", since: "1.6" }),
    option(
      "ordering.tags",
      "list of strings",
      l10n.t("Tags, those whose machines are deployed first before the others."),
      {
        default: "[ ]",
        since: "1.6",
      },
    ),
    option(
      "buildShell",
      "anything",
      l10n.t("A shell (`mkShell`) that machines are built in when Morph is called with `--allow-build-shell`."),
      { default: "null", since: "1.5" },
    ),
  ];
}

function option(
  name: string,
  type: OptionType,
  description: string,
  facts: Pick<MorphOption, "default" | "since"> = {},
): MorphOption {
  return { path: ["network", ...name.split(".")], type, description, ...facts };
}
