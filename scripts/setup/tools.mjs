// The paths of the tools that setup installs. All are in the tools folder, except Chromium, which apt installs.
import os from "node:os";
import path from "node:path";
import { toolsDir } from "../paths.mjs";

const debian = path.join(toolsDir, `debian-${os.arch()}`);

/** Programs that apt would start or register for the whole machine, so that we only unpack them. */
export const daemonsDir = path.join(debian, "daemons-1");

/** One static busybox per system: the whole userland of the test lab's builds. */
export const busyboxDir = path.join(debian, "busybox-1");

/**
 * The versions of VS Code that tests run in, as code-server's package: code-server 4.139.1 is VS Code 1.139.1. `node`: the version
 * of Node that it needs; absent: the one that we develop with.
 */
export const vscodeVersions = {
  newest: { codeServer: "4.139.1" },
  /** The oldest that the manifest allows. */
  minimum: { codeServer: "4.100.3", node: "20.20.2" },
};

/** The variable that names one of them for a run of the tests. */
export const vscodeVariable = "MORPH_TEST_VSCODE";

/** The chosen version: VS Code's server and web workbench. */
export const vscodeVersion = process.env[vscodeVariable] === "minimum" ? vscodeVersions.minimum : vscodeVersions.newest;

/** Where the chosen version is installed. */
export const vscodeDir = path.join(toolsDir, `code-server-${vscodeVersion.codeServer}`);

/** The variable that names a release of Debian, such as `trixie`, whose Nix the tests run. Absent: the machine's Nix. */
export const nixVariable = "MORPH_TEST_NIX";

export const nixRelease = process.env[nixVariable] || undefined;

/** Where the Nix of that release is unpacked, and the folder of its programs. */
export const newerNixDir = path.join(debian, `nix-1-${nixRelease}`);
export const newerNixBin = path.join(newerNixDir, "bin");

/** Paths of the programs; they exist once `setup()` has run. */
export const tools = {
  nginx: path.join(daemonsDir, "usr/sbin/nginx"),
  sshd: path.join(daemonsDir, "usr/sbin/sshd"),
  /** By qemu's name of the architecture, as in `binfmtRule`. */
  qemu: {
    aarch64: path.join(daemonsDir, "usr/libexec/qemu-binfmt/aarch64-binfmt-P"),
    arm: path.join(daemonsDir, "usr/libexec/qemu-binfmt/arm-binfmt-P"),
  },
  /** By Nix's name of the system. */
  busybox: {
    "x86_64-linux": path.join(busyboxDir, "x86_64-linux/busybox"),
    "aarch64-linux": path.join(busyboxDir, "aarch64-linux/busybox"),
    "armv7l-linux": path.join(busyboxDir, "armv7l-linux/busybox"),
  },
  codeServer: path.join(vscodeDir, "node_modules/code-server/out/node/entry.js"),
  chromium: process.env.CHROMIUM ?? "/usr/bin/chromium",
};

/** Debian's binfmt_misc rule for an architecture (`aarch64`, `arm`), whose interpreter path is the machine-wide one. */
export function binfmtRule(arch) {
  return path.join(daemonsDir, `usr/lib/binfmt.d/qemu-${arch}.conf`);
}
