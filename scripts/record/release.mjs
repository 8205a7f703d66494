// A newer Nix than the machine's: the programs of a later Debian release, unpacked into the tools folder. They are not
// installed or run on the machine itself.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { toolsDir } from "../paths.mjs";
import { aptOptions, assertDebian } from "../setup/debian.mjs";
import { isComplete, makeFolder } from "../setup/folder.mjs";
import { run, SetupError, step } from "../setup/run.mjs";

/** The releases whose Nix is recorded: `installed` is the machine's own. */
export const releases = ["installed", "trixie", "sid"];

/** Nix and ssh, what the laboratory's scripts use, and the libraries of the set-up's sshd and nginx. */
const packages = ["nix-bin", "openssh-client", "openssh-server", "libwrap0", "libpcre2-8-0"].concat([
  "bash",
  "coreutils",
  "dash",
  "findutils",
  "grep",
  "mount",
  "procps",
  "sed",
  "util-linux",
  "xz-utils",
]);

/** Files that none of our programs reads. */
const unused = ["doc", "i18n", "locale", "man", "perl", "zoneinfo"];

/** The folder whose `usr` has a release's programs; undefined for the machine's own. */
export async function releaseFolder(release) {
  if (release === "installed") return undefined;
  const folder = path.join(toolsDir, `debian-${os.arch()}`, `release-${release}`);
  if (isComplete(folder, ["usr/bin/nix", "usr/bin/ssh", "usr/bin/sh"])) return folder;
  assertDebian(`Nix of ${release}`);
  await step(`Nix of Debian ${release}`, () => makeFolder(folder, partial => fill(partial, release)));
  return folder;
}

async function fill(folder, release) {
  const apt = path.join(folder, "apt");
  const options = [...aptOptions, ...privateState(apt, release)];
  await run("apt-get", [...options, "update"]);
  await run("apt-get", [...options, "install", "-y", "--no-install-recommends", "--download-only", ...packages]);
  const archives = path.join(apt, "cache/archives");
  for (const deb of fs.readdirSync(archives).filter(name => name.endsWith(".deb"))) {
    await run("dpkg-deb", ["-x", path.join(archives, deb), folder]);
  }
  for (const name of fs.readdirSync(folder))
    if (name !== "usr") fs.rmSync(path.join(folder, name), { recursive: true });
  for (const name of unused) fs.rmSync(path.join(folder, "usr/share", name), { recursive: true, force: true });
}

/** apt's options for an empty machine with only this release as a source. */
function privateState(folder, release) {
  for (const name of ["state", "lists/partial", "cache/archives/partial"]) {
    fs.mkdirSync(path.join(folder, name), { recursive: true });
  }
  fs.writeFileSync(path.join(folder, "status"), "");
  fs.writeFileSync(path.join(folder, "sources.list"), `deb ${mirror()} ${release} main\n`);
  const settings = {
    "Dir::State": path.join(folder, "state"),
    "Dir::State::lists": path.join(folder, "lists"),
    "Dir::State::status": path.join(folder, "status"),
    "Dir::Cache": path.join(folder, "cache"),
    "Dir::Etc::sourcelist": path.join(folder, "sources.list"),
    "Dir::Etc::sourceparts": "-",
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
  };
  return Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
}

/** Where the machine's own packages come from. */
function mirror() {
  const parts = "/etc/apt/sources.list.d";
  const others = fs.existsSync(parts) ? fs.readdirSync(parts).map(name => path.join(parts, name)) : [];
  const files = ["/etc/apt/sources.list", ...others].filter(file => fs.existsSync(file));
  const named = files.map(file => /^(?:URIs:|deb)\s.*?(\S+\/debian)\/?(?:\s|$)/m.exec(fs.readFileSync(file, "utf8")));
  const found = named.find(match => match !== null);
  if (!found) throw new SetupError(`No file in /etc/apt names Debian's archive, which other releases' Nix comes from.`);
  return found[1];
}
