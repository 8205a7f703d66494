/** Attributes at the top of a NixOS module that have a meaning of their own (nixpkgs, `lib/modules.nix`). */
export const moduleAttributes: ReadonlySet<string> = new Set([
  "config",
  "options",
  "imports",
  "disabledModules",
  "_module",
]);

/**
 * Where options begin that modules set: the first names of NixOS's options (nixpkgs, `nixos/modules`), of home-manager's, and of
 * modules that are often imported beside them.
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
  // Of modules beside nixpkgs.
  ...["age", "disko", "home-manager", "microvm", "sops", "stylix"],
]);
