// nginx, sshd and qemu: installed by apt they would start services or register emulation for the whole machine, so they
// are only unpacked.
import fs from "node:fs";
import path from "node:path";
import { aptOptions, assertDebian, updateThen } from "./debian.mjs";
import { isComplete, makeFolder } from "./folder.mjs";
import { run, SetupError, step } from "./run.mjs";
import { binfmtRule, daemonsDir, tools } from "./tools.mjs";

const packages = ["nginx", "openssh-server", "qemu-user-static"];

/** The files that we keep: qemu alone is 250 MB for all its architectures. */
const kept = [tools.nginx, tools.sshd, ...["aarch64", "arm"].flatMap(arch => [tools.qemu[arch], binfmtRule(arch)])].map(
  file => path.relative(daemonsDir, file),
);

/** Downloads and unpacks the daemons, and checks that they start. */
export async function unpackDaemons() {
  if (isComplete(daemonsDir, kept)) return;
  assertDebian(packages.join(", "));
  await step(`${packages.join(", ")} (unpacked, not installed)`, () =>
    makeFolder(daemonsDir, async folder => {
      const unpacked = path.join(folder, "unpacked");
      const debs = await download(packages, folder);
      for (const deb of debs) await run("dpkg-deb", ["-x", path.join(folder, deb), unpacked]);
      for (const file of kept) keep(path.join(unpacked, file), path.join(folder, file));
      for (const name of [...debs, "unpacked"]) fs.rmSync(path.join(folder, name), { recursive: true });
      for (const file of [tools.nginx, tools.sshd]) {
        assertLinked(await run("ldd", [path.join(folder, path.relative(daemonsDir, file))]));
      }
    }),
  );
}

/** Downloads packages into `cwd` and returns their file names. The machine's package lists may be missing or stale. */
async function download(names, cwd) {
  const fetch = () => run("apt-get", [...aptOptions, "download", ...names], { cwd });
  await fetch().catch(async error => {
    if (process.getuid() !== 0) throw error;
    await updateThen(aptOptions, fetch);
  });
  return fs.readdirSync(cwd).filter(name => name.endsWith(".deb"));
}

/** Copies an unpacked file, following links: some of qemu's programs are links. */
function keep(unpacked, file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.copyFileSync(fs.realpathSync(unpacked), file);
}

function assertLinked(libraries) {
  const missing = libraries.split("\n").filter(line => line.includes("not found"));
  if (missing.length > 0) throw new SetupError(`Libraries are missing:\n${missing.join("\n")}`);
}
