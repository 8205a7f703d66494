// A newer Nix than the machine's, from another release of Debian. Its packages are only unpacked: Nix is made to run with the C
// library that they bring, so that nothing of the machine changes, and no root is needed.
import fs from "node:fs";
import path from "node:path";
import { aptOptions, assertDebian } from "./debian.mjs";
import { isComplete, makeFolder } from "./folder.mjs";
import { run, SetupError, step } from "./run.mjs";
import { newerNixBin, newerNixDir, nixRelease } from "./tools.mjs";

/** Unpacks the Nix of the chosen release of Debian, if one is chosen. */
export async function unpackNewerNix() {
  if (nixRelease === undefined || isComplete(newerNixDir, [path.relative(newerNixDir, newerNixBin), "root"])) return;
  assertDebian("Newer versions of Nix");
  await step(`Nix of Debian ${nixRelease} (unpacked, not installed)`, () => makeFolder(newerNixDir, fill));
}

async function fill(folder) {
  const debs = await download(path.join(folder, "apt"));
  const unpacked = path.join(folder, "root");
  for (const deb of debs) await run("dpkg-deb", ["-x", deb, unpacked]);
  fs.rmSync(path.join(folder, "apt"), { recursive: true });
  const programs = path.join(unpacked, "usr/bin");
  await useOwnLibraries(path.join(programs, "nix"), folder);
  // Only Nix's programs: the others there would not start with the machine's libraries.
  fs.mkdirSync(path.join(folder, "bin"));
  for (const name of fs.readdirSync(programs).filter(each => each.startsWith("nix")))
    fs.symlinkSync(path.join("../root/usr/bin", name), path.join(folder, "bin", name));
}

/** Downloads Nix with all that it needs, by package lists of its own. Returns the files. */
async function download(apt) {
  for (const name of ["lists/partial", "cache/archives/partial"])
    fs.mkdirSync(path.join(apt, name), { recursive: true });
  // No package counts as installed, so that all come.
  fs.writeFileSync(path.join(apt, "status"), "");
  fs.writeFileSync(path.join(apt, "sources.list"), await source());
  const options = [
    `Dir::Etc::sourcelist=${apt}/sources.list`,
    "Dir::Etc::sourceparts=/dev/null",
    `Dir::State=${apt}`,
    `Dir::State::lists=${apt}/lists`,
    `Dir::State::status=${apt}/status`,
    `Dir::Cache=${apt}/cache`,
    // Nothing is locked: these folders are ours.
    "Debug::NoLocking=true",
  ].flatMap(each => ["-o", each]);
  await run("apt-get", [...aptOptions, ...options, "update"]);
  await run("apt-get", [
    ...aptOptions,
    ...options,
    "install",
    "--download-only",
    "-y",
    "--no-install-recommends",
    "nix-bin",
  ]);
  const archives = path.join(apt, "cache/archives");
  return fs.readdirSync(archives).flatMap(name => (name.endsWith(".deb") ? path.join(archives, name) : []));
}

/** The line of sources.list for the release, at the mirror from which the machine's own packages come. */
async function source() {
  const listed = await run("apt-get", ["indextargets", "--format", "$(COMPONENT) $(REPO_URI)", "Created-By: Packages"]);
  const mirror = /^main (\S+\/debian\/?)$/m.exec(listed)?.[1];
  if (mirror === undefined) throw new SetupError("apt has no mirror of Debian's main component.");
  return `deb ${mirror} ${nixRelease} main\n`;
}

/** Has a program use the unpacked libraries, and their loader. The folder is renamed afterwards, so the paths are those it will have. */
async function useOwnLibraries(program, folder) {
  const libraries = fs.readdirSync(path.join(folder, "root/usr/lib")).find(name => name.includes("-linux-"));
  const loader = fs
    .readdirSync(path.join(folder, "root/usr/lib", libraries))
    .find(name => /^ld-linux-.*\.so\.\d$/.test(name));
  const own = path.join(newerNixDir, "root/usr/lib", libraries);
  await run("patchelf", ["--set-interpreter", path.join(own, loader), "--force-rpath", "--set-rpath", own, program]);
}
