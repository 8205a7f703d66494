import * as l10n from "@vscode/l10n";
import type { MorphOption, OptionType } from "./option.ts";

/** The attributes of `network` that Morph reads (Morph, `data/eval-machines.nix`); it silently ignores all others. */
export function networkOptions(): MorphOption[] {
  return [
    option("description", "string", l10n.t("A description of the network, which Morph prints."), { default: '""' }),
    option(
      "pkgs",
      "anything",
      l10n.t(
        "The nixpkgs instance for all machines. It determines their system: `nixpkgs.system` and `nixpkgs.hostPlatform` have no effect. A machine can set `nixpkgs.pkgs` to use another instance.",
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
    option(
      "runCommand",
      "anything",
      l10n.t("The `runCommand` that creates the directory with links to the machines."),
      {
        default: "network.pkgs.runCommand",
      },
    ),
    option("nixConfig", "set", l10n.t("Nix settings for building and copying. All values are strings."), {
      default: "{ }",
    }),
    option("nixConfig.*", "string", l10n.t("A Nix setting.")),
    option("ordering", "set", l10n.t("The order in which machines are deployed."), { default: "{ }", since: "1.6" }),
    option("ordering.tags", "list of strings", l10n.t("Tags, in the order in which their machines are deployed."), {
      default: "[ ]",
      since: "1.6",
    }),
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
