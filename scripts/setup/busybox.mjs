// A static busybox for every system of the laboratory, fetched with package lists of our own: adding foreign
// architectures to the machine's dpkg would change the machine.
import fs from "node:fs";
import path from "node:path";
import { aptOptions, assertDebian, updateThen } from "./debian.mjs";
import { isComplete, makeFolder } from "./folder.mjs";
import { run, SetupError, step } from "./run.mjs";
import { busyboxDir, tools } from "./tools.mjs";

const architectures = { "x86_64-linux": "amd64", "aarch64-linux": "arm64", "armv7l-linux": "armhf" };

const file = system => path.relative(busyboxDir, tools.busybox[system]);

/** Installs `tools.busybox`. */
export async function fetchBusyboxes() {
  if (isComplete(busyboxDir, Object.keys(architectures).map(file))) return;
  assertDebian("Static busyboxes");
  await step(`busybox for ${Object.keys(architectures).join(", ")}`, () => makeFolder(busyboxDir, fill));
}

async function fill(folder) {
  const apt = path.join(folder, "apt");
  const options = [...aptOptions, ...privateState(apt)];
  const packages = Object.values(architectures).map(arch => `busybox-static:${arch}`);
  await updateThen(options, () => run("apt-get", [...options, "download", ...packages], { cwd: apt }));
  const debs = fs.readdirSync(apt).filter(name => name.endsWith(".deb"));
  for (const [system, arch] of Object.entries(architectures)) {
    const deb = debs.find(name => name.endsWith(`_${arch}.deb`));
    if (!deb) throw new SetupError(`apt-get downloaded no busybox-static for ${arch}.`);
    await run("dpkg-deb", ["-x", path.join(apt, deb), path.join(apt, arch)]);
    fs.mkdirSync(path.join(folder, system));
    fs.copyFileSync(path.join(apt, arch, "bin/busybox"), path.join(folder, file(system)));
  }
  fs.rmSync(apt, { recursive: true });
}

/** apt's options for a state folder of our own with three architectures and Debian's sources alone. */
function privateState(folder) {
  for (const name of ["state", "lists/partial", "cache/archives/partial"]) {
    fs.mkdirSync(path.join(folder, name), { recursive: true });
  }
  const settings = {
    "Dir::State": path.join(folder, "state"),
    "Dir::State::lists": path.join(folder, "lists"),
    "Dir::State::status": "/dev/null",
    "Dir::Cache": path.join(folder, "cache"),
    "Dir::Etc::sourcelist": debianSources(),
    "Dir::Etc::sourceparts": "-",
    "Acquire::Languages": "none",
    "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled": "false",
    "APT::Architecture": "amd64",
  };
  const listed = Object.values(architectures).map(arch => `APT::Architectures::=${arch}`);
  return [...Object.entries(settings).map(([key, value]) => `${key}=${value}`), ...listed].flatMap(o => ["-o", o]);
}

/** The file that names Debian's own archive: other sources of the machine may not have these architectures. */
function debianSources() {
  const parts = "/etc/apt/sources.list.d";
  const others = fs.existsSync(parts) ? fs.readdirSync(parts).map(name => path.join(parts, name)) : [];
  const candidates = [path.join(parts, "debian.sources"), "/etc/apt/sources.list", ...others];
  const found = candidates.find(file => fs.existsSync(file) && namesDebian(fs.readFileSync(file, "utf8")));
  if (!found) throw new SetupError(`No file in /etc/apt names Debian's "main" archive, which busybox comes from.`);
  return found;
}

function namesDebian(text) {
  return /^(deb\s.*\/debian\/?\s.*\bmain\b|URIs:.*\/debian\/?\s*$)/m.test(text);
}
