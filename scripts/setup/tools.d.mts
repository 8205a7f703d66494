/** A version of VS Code, as code-server's package, and the version of Node that it needs if it is not ours. */
export interface VsCodeVersion {
  readonly codeServer: string;
  readonly node?: string;
}

/** The versions that tests run in; `minimum` is the oldest that the manifest allows. */
export declare const vscodeVersions: { readonly newest: VsCodeVersion; readonly minimum: VsCodeVersion };

/** The variable that names one of them for a run of the tests. */
export declare const vscodeVariable: string;

/** The chosen version. */
export declare const vscodeVersion: VsCodeVersion;

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
