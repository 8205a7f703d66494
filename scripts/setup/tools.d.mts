/** Version of VS Code's host: code-server 4.139.1 is VS Code 1.139.1. */
export declare const codeServerVersion: string;

/** Paths of the programs; they exist once `setup()` has run. */
export declare const tools: {
  readonly nginx: string;
  readonly sshd: string;
  /** By qemu's name of the architecture, as in `binfmtRule`. */
  readonly qemu: { readonly aarch64: string; readonly arm: string };
  /** By Nix's name of the system. */
  readonly busybox: Readonly<Record<"x86_64-linux" | "aarch64-linux" | "armv7l-linux", string>>;
  readonly codeServer: string;
  readonly chromium: string;
};

/** Debian's binfmt_misc rule for an architecture (`aarch64`, `arm`), whose interpreter path is the machine-wide one. */
export declare function binfmtRule(arch: string): string;
