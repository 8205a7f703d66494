/**
 * The systems of Linux that `boot.binfmt.emulatedSystems` accepts in every NixOS from 22.11 on (`nixos/lib/binfmt-magics.nix`),
 * the most common first.
 */
export const emulatedSystems: readonly string[] = [
  ...["aarch64-linux", "armv7l-linux", "armv6l-linux", "x86_64-linux", "i686-linux", "riscv64-linux", "riscv32-linux"],
  ...["powerpc64le-linux", "powerpc64-linux", "powerpc-linux", "mips64el-linux", "mipsel-linux", "mips64-linux"],
  ...["mips-linux", "sparc64-linux", "aarch64_be-linux", "i586-linux", "i486-linux", "i386-linux"],
];

/** The systems whose programs a processor runs without an emulator, besides its own. */
const compatible: Readonly<Record<string, readonly string[]>> = { "x86_64-linux": ["i686-linux"] };

/** The systems that a machine builds natively with NixOS's default settings of Nix and those of `emulatedSystems`. */
export function nativeSystems(system: string): readonly string[] {
  return [system, ...(compatible[system] ?? [])];
}

/** The systems that a machine can be configured to emulate. */
export function emulatableOn(system: string): readonly string[] {
  const native = nativeSystems(system);
  return emulatedSystems.filter(each => !native.includes(each));
}

/** Each system on which NixOS runs commonly -> the systems that it can be configured to emulate. */
export function emulatableSystems(): Readonly<Record<string, readonly string[]>> {
  const hosts = ["x86_64-linux", "aarch64-linux", "i686-linux", "armv7l-linux", "armv6l-linux", "riscv64-linux"];
  return Object.fromEntries(hosts.map(host => [host, emulatableOn(host)]));
}
