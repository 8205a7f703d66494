// node scripts/with-binfmt.mjs [--host-network] aarch64,arm -- command args...
// Runs a command so that programs of other architectures start under qemu. The handlers are in a binfmt_misc of a separate user and
// mount namespace (kernel 6.7 and later): the machine's own is unchanged, and root is not required. The command also has a network
// of its own, in which it may make further hosts (test/support/network.ts) and reaches nothing outside, unless it is started with
// --host-network.
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { binfmtRule, tools } from "./setup/tools.mjs";

/**
 * Runs in the new namespace. The first shell has no rights until its user is mapped from outside: it reports that it has started,
 * waits, and executes a second one, which has them. $1 is the number of rules; the rules and the command follow.
 */
const beforeMapping = 'echo ready >&3; read -r go <&4 || exit 1; exec 3>&- 4<&-; exec sh -c "$0" sh "$@"';
const afterMapping = `
  place=/proc/sys/fs/binfmt_misc
  mount -t binfmt_misc none $place || exit 125
  rules=$1; shift
  while [ "$rules" -gt 0 ]; do
    printf %s "$1" > $place/register || exit 125
    rules=$((rules - 1)); shift
  done
  exec setpriv --pdeathsig KILL -- "$@"`;

/**
 * Precedes it in a network of its own. A browser counts as offline unless an interface other than the loopback one has an address:
 * this one leads nowhere (RFC 5737).
 */
const beforeCommand = `
  ip link set lo up || exit 125
  ip link add up0 type veth peer name up1 && ip address add 192.0.2.1/24 dev up0 || exit 125
  ip link set up0 up && ip link set up1 up || exit 125`;

const [first, ...others] = process.argv.slice(2);
const ownNetwork = first !== "--host-network";
const [architectures, separator, ...command] = ownNetwork ? [first, ...others] : others;
if (architectures === undefined || separator !== "--" || command.length === 0) {
  fail(
    "usage: with-binfmt.mjs [--host-network] ARCHITECTURES -- COMMAND [ARGUMENT...], where ARCHITECTURES is like aarch64,arm",
  );
}
assertKernel();
run(architectures.split(",").filter(Boolean).map(rule), command);

/** Debian's rule for an architecture, with our unpacked qemu as its interpreter. */
function rule(arch) {
  if (!tools.qemu[arch]) fail(`no emulator for "${arch}"; there are: ${Object.keys(tools.qemu).join(", ")}`);
  if (!fs.existsSync(binfmtRule(arch))) fail("qemu is not there yet: run `npm run setup` first");
  const [start, name, type, offset, magic, mask, , flags] = fs.readFileSync(binfmtRule(arch), "utf8").trim().split(":");
  return [start, name, type, offset, magic, mask, tools.qemu[arch], flags].join(":");
}

function run(rules, command) {
  const script = ownNetwork ? beforeCommand + afterMapping : afterMapping;
  const namespaces = ["--user", "--mount", ...(ownNetwork ? ["--net"] : [])];
  const shell = ["sh", "-c", beforeMapping, script, String(rules.length), ...rules, ...command];
  const args = ["--pdeathsig", "KILL", "--", "unshare", ...namespaces, "--", ...shell];
  const child = spawn("setpriv", args, { stdio: ["inherit", "inherit", "inherit", "pipe", "pipe"] });
  let isInside = false;
  child.stdio[3].once("data", () => {
    isInside = true;
    mapUsers(child.pid);
    child.stdio[4].end("go\n");
  });
  child.stdio[4].on("error", () => {});
  child.once("error", error => fail(`setpriv of util-linux cannot be started: ${error.message}`));
  // A terminal sends Ctrl-C to the command itself.
  const forwarded = ["SIGTERM", "SIGHUP", "SIGQUIT", ...(process.stdin.isTTY ? [] : ["SIGINT"])];
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"]) {
    process.on(signal, () => forwarded.includes(signal) && child.kill(signal));
  }
  child.once("close", (code, signal) => {
    if (!isInside) fail(`no user namespace can be made here${whyNot()}`);
    if (!signal) process.exit(code);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** Root keeps all users, which sshd and apt need; any other user becomes the namespace's root and its only user. */
function mapUsers(pid) {
  if (process.getuid() === 0 && mapsAll("uid") && mapsAll("gid")) {
    fs.writeFileSync(`/proc/${pid}/uid_map`, "0 0 65536");
    fs.writeFileSync(`/proc/${pid}/gid_map`, "0 0 65536");
  } else {
    fs.writeFileSync(`/proc/${pid}/setgroups`, "deny");
    fs.writeFileSync(`/proc/${pid}/uid_map`, `0 ${process.getuid()} 1`);
    fs.writeFileSync(`/proc/${pid}/gid_map`, `0 ${process.getgid()} 1`);
  }
}

/** Whether user ids 0 to 65535 exist here, which is not the case in a namespace with a smaller map. */
function mapsAll(kind) {
  const ranges = fs.readFileSync(`/proc/self/${kind}_map`, "utf8").trim().split("\n");
  return ranges.some(range => {
    const [inside, , count] = range.trim().split(/\s+/).map(Number);
    return inside === 0 && count >= 65536;
  });
}

function assertKernel() {
  const [major, minor] = os.release().split(".").map(Number);
  if (major > 6 || (major === 6 && minor >= 7)) return;
  fail(`Linux 6.7 is the first with a binfmt_misc for each user namespace; this is ${os.release()}`);
}

/** The setting that forbids user namespaces, if it can be determined. */
function whyNot() {
  const read = file => (fs.existsSync(file) ? fs.readFileSync(file, "utf8").trim() : undefined);
  if (read("/proc/sys/user/max_user_namespaces") === "0") return ": sysctl user.max_user_namespaces is 0";
  if (process.getuid() === 0) return "";
  if (read("/proc/sys/kernel/unprivileged_userns_clone") === "0")
    return ": sysctl kernel.unprivileged_userns_clone is 0";
  if (read("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") === "1") {
    return ": sysctl kernel.apparmor_restrict_unprivileged_userns is 1";
  }
  return "";
}

function fail(message) {
  console.error(`with-binfmt: ${message}`);
  process.exit(125);
}
