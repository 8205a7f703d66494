/** The systems that `boot.binfmt.emulatedSystems` accepts (NixOS, `nixos/lib/binfmt-magics.nix`). */
export const acceptedSystems: readonly string[] = [
  ...["aarch64-linux", "aarch64_be-linux", "alpha-linux", "armv6l-linux", "armv7l-linux"],
  ...["i386-linux", "i486-linux", "i586-linux", "i686-linux", "loongarch64-linux", "x86_64-linux"],
  ...["mips-linux", "mipsel-linux", "mips64-linux", "mips64el-linux", "mips64-linuxabin32", "mips64el-linuxabin32"],
  ...["powerpc-linux", "powerpc64-linux", "powerpc64le-linux", "riscv32-linux", "riscv64-linux", "s390x-linux"],
  ...["sparc-linux", "sparc64-linux", "i686-windows", "x86_64-windows", "wasm32-wasi", "wasm64-wasi"],
];

export function isEmulatable(system: string): boolean {
  return acceptedSystems.includes(system);
}

/** Processor -> others whose programs it runs, or may run, without an emulator. */
const compatible: Readonly<Record<string, readonly string[]>> = {
  x86_64: ["i686", "i586", "i486", "i386"],
  aarch64: ["armv7l", "armv7a", "armv6l", "armv5tel"],
  armv7l: ["armv6l", "armv5tel"],
  powerpc64: ["powerpc"],
  riscv64: ["riscv32"],
  mips64: ["mips"],
  mips64el: ["mipsel"],
};

/** Whether a machine may run programs of a system without an emulator. */
export function runsNatively(own: string, system: string): boolean {
  const [processor = "", ...kernel] = own.split("-");
  const [other = "", ...otherKernel] = system.split("-");
  // `x86_64-v3-linux` is a level of the same processor.
  if (own === system || /^v\d+$/.test(otherKernel[0] ?? "")) return true;
  return kernel.join("-") === otherKernel.join("-") && (compatible[processor]?.includes(other) ?? false);
}

/** The systems of Linux that every NixOS from 22.11 on can emulate, the most common first: those that are proposed. */
const proposed: readonly string[] = [
  ...["aarch64-linux", "armv7l-linux", "armv6l-linux", "x86_64-linux", "i686-linux", "riscv64-linux", "riscv32-linux"],
  ...["powerpc64le-linux", "powerpc64-linux", "powerpc-linux", "mips64el-linux", "mipsel-linux", "mips64-linux"],
  ...["mips-linux", "sparc64-linux", "aarch64_be-linux", "i586-linux", "i486-linux", "i386-linux"],
];

/** The systems that a machine builds natively with the settings that NixOS makes. */
export function nativeSystems(system: string): readonly string[] {
  return system === "x86_64-linux" ? [system, "i686-linux"] : [system];
}

/** The systems that a machine can be configured to emulate. Not every 64-bit ARM processor runs programs of 32 bits. */
export function emulatableOn(system: string): readonly string[] {
  const native = nativeSystems(system);
  return proposed.filter(each => !native.includes(each));
}

/** Each system on which NixOS runs commonly -> the systems that it can be configured to emulate. */
export function emulatableSystems(): Readonly<Record<string, readonly string[]>> {
  const hosts = ["x86_64-linux", "aarch64-linux", "i686-linux", "armv7l-linux", "armv6l-linux", "riscv64-linux"];
  return Object.fromEntries(hosts.map(host => [host, emulatableOn(host)]));
}
