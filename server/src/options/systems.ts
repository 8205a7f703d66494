import * as l10n from "@vscode/l10n";
import { nearest } from "./nearest.ts";

/** Systems that NixOS runs on -> their description; the most common first. */
export function commonSystems(): ReadonlyMap<string, string> {
  return new Map([
    ["x86_64-linux", l10n.t("64-bit PCs and servers (Intel, AMD)")],
    ["aarch64-linux", l10n.t("64-bit ARM: Raspberry Pi 3 and later, ARM servers")],
    ["armv7l-linux", l10n.t("32-bit ARM version 7: Raspberry Pi 2, BeagleBone")],
    ["armv6l-linux", l10n.t("32-bit ARM version 6: the first Raspberry Pi, Raspberry Pi Zero")],
    ["i686-linux", l10n.t("32-bit PCs (Intel, AMD)")],
    ["riscv64-linux", l10n.t("64-bit RISC-V")],
    ["powerpc64le-linux", l10n.t("64-bit POWER, little endian")],
    ["powerpc64-linux", l10n.t("64-bit POWER, big endian")],
    ["s390x-linux", l10n.t("IBM Z")],
    ["loongarch64-linux", l10n.t("64-bit LoongArch")],
    ["mips64el-linux", l10n.t("64-bit MIPS, little endian")],
    ["mipsel-linux", l10n.t("32-bit MIPS, little endian")],
    ["riscv32-linux", l10n.t("32-bit RISC-V")],
    ["armv5tel-linux", l10n.t("32-bit ARM version 5")],
  ]);
}

/** The other systems that nixpkgs knows (`lib.systems.doubles`): valid, although NixOS does not run on them. */
const otherSystems = [
  ...["aarch64-darwin", "x86_64-darwin", "i686-darwin", "armv7a-darwin"],
  ...["aarch64_be-linux", "armv7a-linux", "i586-linux", "m68k-linux", "microblaze-linux", "microblazeel-linux"],
  ...["mips-linux", "mips64-linux", "powerpc-linux", "s390-linux", "i386-linux", "i486-linux", "sparc64-linux"],
  ...["aarch64-freebsd", "i686-freebsd", "x86_64-freebsd", "x86_64-netbsd", "aarch64-netbsd", "i686-netbsd"],
  ...["x86_64-openbsd", "i686-openbsd", "i686-cygwin", "x86_64-cygwin", "x86_64-solaris", "i686-windows"],
  ...["aarch64-windows", "x86_64-windows", "x86_64-redox", "x86_64-genode", "aarch64-genode", "wasm32-wasi"],
];

/** Processors and kernels of nixpkgs (`lib/systems/parse.nix`), which accepts any pair of them. */
const cpus: ReadonlySet<string> = new Set([
  ...["arm", "armv5tel", "armv6m", "armv6l", "armv7a", "armv7r", "armv7m", "armv7l", "armv8a", "armv8r", "armv8m"],
  ...[
    "aarch64",
    "aarch64_be",
    "i386",
    "i486",
    "i586",
    "i686",
    "x86_64",
    "microblaze",
    "microblazeel",
    "mips",
    "mipsel",
  ],
  ...["mips64", "mips64el", "mmix", "m68k", "powerpc", "powerpc64", "powerpc64le", "powerpcle", "riscv32", "riscv64"],
  ...["s390", "s390x", "sparc", "sparc64", "wasm32", "wasm64", "alpha", "rx", "msp430", "avr", "vc4", "or1k"],
  ...["loongarch64", "javascript", "sh4", "arc"],
]);
const kernels: ReadonlySet<string> = new Set([
  ...["linux", "darwin", "macos", "ios", "freebsd", "freebsd13", "netbsd", "openbsd", "solaris", "windows", "mingw32"],
  ...["cygwin", "redox", "genode", "none", "wasi", "mmixware", "ghcjs", "uefi"],
]);

/** Whether nixpkgs knows a system by that name. */
export function isKnownSystem(name: string): boolean {
  const [cpu = "", kernel = "", ...rest] = name.split("-");
  return knownSystems().includes(name) || (rest.length === 0 && cpus.has(cpu) && kernels.has(kernel));
}

/** The names of all known systems. */
export function knownSystems(): string[] {
  return [...commonSystems().keys(), ...otherSystems];
}

/** Common names of processors -> Nix's names. */
const processors: Readonly<Record<string, string>> = {
  amd64: "x86_64",
  arm64: "aarch64",
  armhf: "armv7l",
  i386: "i686",
  ppc64le: "powerpc64le",
  x64: "x86_64",
  x86: "i686",
};

/** The system that was most likely meant by an unknown name. */
export function meantSystem(name: string): string | undefined {
  const [processor = "", ...rest] = name.split("-");
  const known = processors[processor.toLowerCase()];
  const translated = known === undefined ? undefined : [known, ...(rest.length === 0 ? ["linux"] : rest)].join("-");
  return translated !== undefined && isKnownSystem(translated) ? translated : nearest(name, knownSystems());
}
