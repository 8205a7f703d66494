// Debian packages that are safe to install: none of them starts a service or registers anything machine-wide.
import fs from "node:fs";
import { findCommand, run, SetupError, step } from "./run.mjs";
import { nixRelease, vscodeVersion, vscodeVersions } from "./tools.mjs";

/** Each package with the command or library that we need from it; `vscode` ones only where VS Code runs. */
const needed = [
  { package: "nix-bin", command: "nix-build" },
  { package: "openssh-client", command: "ssh-keygen" },
  { package: "util-linux", command: "unshare" },
  { package: "iproute2", command: "ip" },
  { package: "mount", command: "mount" },
  { package: "xz-utils", command: "xz" },
  { package: "ca-certificates", file: "/etc/ssl/certs/ca-certificates.crt" },
  { package: "libwrap0", library: "libwrap.so.0" },
  { package: "libgssapi-krb5-2", library: "libgssapi_krb5.so.2" },
  { package: "libpcre2-8-0", library: "libpcre2-8.so.0" },
  { package: "libssl3", library: "libssl.so.3" },
  { package: "chromium", command: "chromium", vscode: true },
  { package: "fonts-dejavu-core", file: "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf", vscode: true },
  { package: "g++", command: "g++", vscode: true },
  { package: "make", command: "make", vscode: true },
  { package: "python3", command: "python3", vscode: true },
  ...(nixRelease === undefined ? [] : [{ package: "patchelf", command: "patchelf" }]),
  // Newer versions of VS Code contain it.
  ...(vscodeVersion === vscodeVersions.minimum ? [{ package: "ripgrep", command: "rg", vscode: true }] : []),
];

const lockTimeout = ["-o", "DPkg::Lock::Timeout=600"];

/** apt-get's options for our own downloads: packages are not executed, and root downloads them itself, not an unprivileged user. */
export const aptOptions = [...lockTimeout, ...(process.getuid() === 0 ? ["-o", "APT::Sandbox::User=root"] : [])];

/** Installs what is missing. Only root on Debian can: otherwise, lists what to install. */
export async function installDebianPackages({ vscode }) {
  const missing = needed.filter(entry => (vscode || !entry.vscode) && !isPresent(entry)).map(entry => entry.package);
  if (missing.length === 0) return;
  const install = ["install", "-y", "--no-install-recommends", ...missing];
  if (process.getuid() !== 0 || !isDebian()) {
    throw new SetupError(
      `These Debian packages are missing: ${missing.join(" ")}\n` +
        `Only root on Debian can install them from here. Install them with:\n  sudo apt-get ${install.join(" ")}`,
    );
  }
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await step(`Debian packages: ${missing.join(" ")}`, async () => {
    await updateThen(lockTimeout, () => run("apt-get", [...lockTimeout, ...install], { env }));
  });
  const still = needed.filter(entry => missing.includes(entry.package) && !isPresent(entry));
  if (still.length > 0) throw new SetupError(`Installed, and yet missing: ${still.map(e => e.package).join(" ")}`);
}

/**
 * Updates apt's package lists, then runs `work`. A single stale file of a mirror fails the whole update, even if the lists that
 * we need are fine, so its failure is reported only if `work` fails, too.
 */
export async function updateThen(options, work) {
  const updated = await run("apt-get", [...options, "update"]).catch(error => error);
  return await work().catch(error => {
    throw updated instanceof Error ? new SetupError(`${error.message}\nBefore that:\n${updated.message}`) : error;
  });
}

/** Throws a SetupError if there is no apt. */
export function assertDebian(what) {
  if (isDebian()) return;
  throw new SetupError(`${what} come from Debian's packages, and this machine has no apt-get.`);
}

function isDebian() {
  return fs.existsSync("/etc/debian_version") && findCommand("apt-get") !== undefined;
}

function isPresent({ command, file, library }) {
  if (command) return findCommand(command) !== undefined;
  if (file) return fs.existsSync(file);
  return libraryFolders().some(folder => fs.existsSync(`${folder}/${library}`));
}

function libraryFolders() {
  const multiarch = fs.existsSync("/usr/lib")
    ? fs.readdirSync("/usr/lib").filter(name => name.includes("-linux-"))
    : [];
  return [...multiarch.map(name => `/usr/lib/${name}`), "/usr/lib", "/usr/lib64"];
}
