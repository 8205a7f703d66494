/** Attributes at the top of a NixOS module that have a meaning of their own (nixpkgs, `lib/modules.nix`). */
export const moduleAttributes: ReadonlySet<string> = new Set([
  "config",
  "options",
  "imports",
  "disabledModules",
  "_module",
]);

/**
 * The first names of options that modules set: NixOS's (nixpkgs, `nixos/modules`), home-manager's, and those of modules that
 * are often imported in addition.
 */
export const optionRoots: ReadonlySet<string> = new Set([
  ...["appstream", "assertions", "boot", "console", "containers", "docker-containers", "documentation", "ec2"],
  ...["environment", "fileSystems", "fonts", "gtk", "hardware", "i18n", "image", "isoImage", "krb5", "lib", "location"],
  ...["nesting", "networking", "nix", "nixpkgs", "openstack", "passthru", "powerManagement", "programs", "qt"],
  ...[
    "qt5",
    "sdImage",
    "security",
    "services",
    "snapraid",
    "sound",
    "specialisation",
    "swapDevices",
    "system",
    "systemd",
  ],
  ...["testing", "time", "users", "virtualisation", "warnings", "xdg", "zramSwap"],
  // NixOps's and Morph's.
  "deployment",
  // home-manager's.
  ...["accounts", "dconf", "home", "manual", "wayland", "xresources", "xsession"],
  // Modules outside nixpkgs.
  ...["age", "disko", "home-manager", "microvm", "sops", "stylix"],
]);
