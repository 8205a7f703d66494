import { access, readdir, readFile } from "node:fs/promises";
import path from "node:path";

/** A program that runs foreign executables, as registered with the kernel's binfmt_misc. */
export interface BinfmtHandler {
  /** Nix's name for the system whose executables it runs: `aarch64-linux`. */
  readonly system: string;
  readonly interpreter: string;
  /** Flag `F`: the kernel has opened the interpreter, so it also runs where no file system has it, as in Nix's sandbox. */
  readonly isFixed: boolean;
}

/** A handler and whether its interpreter exists. */
export interface FoundHandler extends BinfmtHandler {
  readonly exists: boolean;
}

/** Where the kernel lists its handlers. */
const binfmtFolder = "/proc/sys/fs/binfmt_misc";

/** ELF class and byte order (bytes 4 and 5), e_machine in file byte order (bytes 18 and 19) -> Nix's name for the processor. */
const processors: Readonly<Record<string, string>> = {
  "0201 b700": "aarch64",
  "0101 2800": "armv7l",
  "0201 f300": "riscv64",
  "0101 f300": "riscv32",
  "0201 3e00": "x86_64",
  "0101 0300": "i686",
  "0201 1500": "powerpc64le",
  "0202 0016": "s390x",
  "0201 0201": "loongarch64",
  "0202 00b7": "aarch64_be",
  // i386 has another e_machine than later processors.
  "0101 0600": "i686",
  "0102 0014": "powerpc",
  "0202 0015": "powerpc64",
  "0102 0008": "mips",
  "0101 0800": "mipsel",
  "0202 0008": "mips64",
  "0201 0800": "mips64el",
  "0202 002b": "sparc64",
  "0102 0004": "m68k",
  "0201 2690": "alpha",
};

/** Parses one handler file (Linux, `Documentation/admin-guide/binfmt-misc.rst`). File names differ between distributions. */
export function parseBinfmtHandler(text: string): BinfmtHandler | undefined {
  const lines = text.split("\n");
  if (lines[0] !== "enabled") return undefined;
  const value = (name: string) =>
    lines
      .find(line => line.startsWith(name))
      ?.slice(name.length)
      .trim();
  const magic = value("magic") ?? "";
  const interpreter = value("interpreter");
  if (value("offset") !== "0" || !magic.startsWith("7f454c46") || interpreter === undefined) return undefined;
  const processor = processors[`${magic.slice(8, 12)} ${magic.slice(36, 40)}`];
  if (processor === undefined) return undefined;
  return { system: `${processor}-linux`, interpreter, isFixed: (value("flags:") ?? "").includes("F") };
}

/** The enabled handlers of this machine; empty where binfmt_misc is disabled, not mounted, or not available (not Linux). */
export async function binfmtHandlers(folder = binfmtFolder): Promise<FoundHandler[]> {
  const read = (name: string) => readFile(path.join(folder, name), "utf8").catch(() => "");
  if ((await read("status")).trim() !== "enabled") return [];
  const names = await readdir(folder).catch(() => []);
  const entries = names.filter(name => name !== "register" && name !== "status");
  const handlers = (await Promise.all(entries.map(read))).flatMap(text => parseBinfmtHandler(text) ?? []);
  return Promise.all(handlers.map(async handler => ({ ...handler, exists: await exists(handler.interpreter) })));
}

function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
