import { aarch64, arm, i686, riscv64, x86_64 } from "./machineCode.ts";

/**
 * Tiny static programs, one for each processor, which a check has a builder run: that one ran proves that the builder runs programs
 * of that processor, which its shell (often the host's) would not. Each creates the file that its first argument names, and copies
 * `/proc/sys/kernel/arch` into it: the processor of the kernel itself (Linux 6.1 and later), as an emulator translates only what
 * `uname` says. It exits with 1 if it cannot create the file. It needs nothing else, neither a library nor the network, so it also
 * runs in Nix's sandbox, and it is the same few bytes on every machine.
 */
const programs: Readonly<Record<string, () => Buffer>> = {
  x86_64: () => elf64(62, bytes(x86_64)),
  i686: () => elf32(3, bytes(i686)),
  aarch64: () => elf64(183, words(aarch64)),
  // EABI version 5.
  armv7l: () => elf32(40, words(arm), 0x05000000),
  // Floating-point numbers in double registers, as all of Linux has it.
  riscv64: () => elf64(243, words(riscv64), 4),
};

/** Nix's names of processors that run the program of another one in the list. */
const same: Readonly<Record<string, string>> = {
  i386: "i686",
  i486: "i686",
  i586: "i686",
  armv5tel: "armv7l",
  armv6l: "armv7l",
};

/** The processor whose program proves a system; undefined: there is none, so the system cannot be proven. */
export function processorOf(system: string): string | undefined {
  const [, name = ""] = /^(.+)-linux$/.exec(system) ?? [];
  const processor = same[name] ?? name;
  return Object.hasOwn(programs, processor) ? processor : undefined;
}

/** The program for a processor of `processorOf`. */
export function programFor(processor: string): Buffer {
  const program = programs[processor];
  if (program === undefined) throw new RangeError(`no program for ${processor}`);
  return program();
}

/** Where the program is in memory: any multiple of the largest page (64 KiB) that is high enough for every kernel. */
const base = 0x400000;

const data = Buffer.from("/proc/sys/kernel/arch\0", "latin1");

/** An executable of 64 bits with one segment, which is the whole file (System V ABI, "Object files"). */
function elf64(machine: number, code: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(64 + 56);
  const size = head.length + code.length + data.length;
  ident(head, 2, machine);
  head.writeBigUInt64LE(BigInt(base + head.length), 24);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt32LE(flags, 48);
  for (const [index, value] of [64, 56, 1].entries()) head.writeUInt16LE(value, 52 + 2 * index);
  // PT_LOAD, readable and executable.
  head.writeUInt32LE(1, 64);
  head.writeUInt32LE(5, 68);
  for (const [index, value] of [0, base, base, size, size, 0x10000].entries())
    head.writeBigUInt64LE(BigInt(value), 72 + 8 * index);
  return Buffer.concat([head, code, data]);
}

/** The same of 32 bits. */
function elf32(machine: number, code: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(52 + 32);
  const size = head.length + code.length + data.length;
  ident(head, 1, machine);
  head.writeUInt32LE(base + head.length, 24);
  head.writeUInt32LE(52, 28);
  head.writeUInt32LE(flags, 36);
  for (const [index, value] of [52, 32, 1].entries()) head.writeUInt16LE(value, 40 + 2 * index);
  for (const [index, value] of [1, 0, base, base, size, size, 5, 0x10000].entries())
    head.writeUInt32LE(value, 52 + 4 * index);
  return Buffer.concat([head, code, data]);
}

/** The beginning of every executable: little-endian, ET_EXEC. @param bits 1: 32, 2: 64. */
function ident(head: Buffer, bits: number, machine: number): void {
  head.write("\u007fELF", 0, "latin1");
  head.set([bits, 1, 1], 4);
  head.writeUInt16LE(2, 16);
  head.writeUInt16LE(machine, 18);
  head.writeUInt32LE(1, 20);
}

/** Instructions of any length, in hexadecimal. */
function bytes(code: readonly string[]): Buffer {
  return Buffer.from(code.join("").replaceAll(" ", ""), "hex");
}

/** Instructions of four bytes, little-endian. */
function words(code: readonly number[]): Buffer {
  const buffer = Buffer.alloc(4 * code.length);
  for (const [index, word] of code.entries()) buffer.writeUInt32LE(word, 4 * index);
  return buffer;
}
