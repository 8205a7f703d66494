import * as l10n from "@vscode/l10n";

/** An attribute at the top of a machine. */
export interface MachineAttribute {
  readonly name: string;
  readonly description: string;
}

/** What every machine can set at its top, the most common first: Morph's options, a module's own attributes and NixOS's options. */
export function machineAttributes(): MachineAttribute[] {
  return [
    attribute("deployment", l10n.t("How Morph deploys the machine: host, user, tags, secrets, health checks.")),
    attribute("nixpkgs", l10n.t("The machine's system and its instance of nixpkgs.")),
    attribute("imports", l10n.t("Further modules: files, folders with a `default.nix`, sets or functions.")),
    attribute("networking", l10n.t("Host name, interfaces, addresses, firewall.")),
    attribute("boot", l10n.t("Boot loader, kernel and what runs before the system starts.")),
    attribute("fileSystems", l10n.t("The file systems to mount.")),
    attribute("swapDevices", l10n.t("Swap partitions and files.")),
    attribute("hardware", l10n.t("Firmware, drivers and other support for the hardware.")),
    attribute("services", l10n.t("Services of NixOS, such as `services.openssh.enable`.")),
    attribute("programs", l10n.t("Programs that need more than to be installed.")),
    attribute("environment", l10n.t("Installed packages, files below `/etc`, variables.")),
    attribute("users", l10n.t("Users and groups.")),
    attribute("security", l10n.t("sudo, certificates, PAM.")),
    attribute("systemd", l10n.t("Units of systemd: services, timers, mounts.")),
    attribute("nix", l10n.t("Nix on the machine: its settings, garbage collection, builders.")),
    attribute("system", l10n.t("The system as a whole, such as `system.stateVersion`.")),
    attribute("time", l10n.t("The time zone.")),
    attribute("i18n", l10n.t("Language and locale.")),
    attribute("console", l10n.t("Key map and font of the text console.")),
    attribute("virtualisation", l10n.t("Containers and virtual machines.")),
    attribute("options", l10n.t("Declares options of the machine's own.")),
    attribute("config", l10n.t("The definitions of a module that also declares options.")),
  ];
}

function attribute(name: string, description: string): MachineAttribute {
  return { name, description };
}
