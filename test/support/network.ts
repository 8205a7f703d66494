import { mustRun, run } from "./run.ts";

/** A network namespace that a link connects with ours, as another host in the same network. */
export interface OwnNetwork {
  /** The host's address in it. */
  readonly address: string;
  /** Takes the link down: neither side hears anything from the other any more, not even that a connection was closed. */
  cutLink(): Promise<void>;
  restoreLink(): Promise<void>;
  /** Removes the link now: it would disappear a moment after the last process of the host. */
  remove(): Promise<void>;
  /**
   * Arguments for `sh -c`, which must run in the new namespace: a script that joins it to ours.
   */
  readonly join: readonly [script: string, ...args: string[]];
}

/** Each pair of addresses is a network of its own: `10.77.0.0/30` and so on. */
const networks = 2 ** 14;

/** $1 is a file of our namespace, $2 our interface, $3 and $4 our address and the host's, $5 the host's name. */
const script = `
  echo "$5" > /proc/sys/kernel/hostname && echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start || exit 1
  ip link set lo up && ip link add eth0 type veth peer name "$2" netns "$1" || exit 1
  nsenter --net="$1" -- sh -c 'ip address add "$1" dev "$0" && ip link set "$0" up' "$2" "$3" || exit 1
  ip address add "$4" dev eth0 && ip link set eth0 up || exit 1`;

let made = 0;

/**
 * Prepares a host's network. It needs the rights of root over our own network: those of the machine's root, or of
 * `scripts/with-binfmt.mjs`.
 *
 * @param name the host's name.
 */
export async function prepareNetwork(name: string): Promise<OwnNetwork> {
  const number = await freeNetwork();
  const [near, far] = [1, 2].map(host => addressOf(number, host));
  const link = `lab${number}`;
  const set = (state: "up" | "down") => ip("link", "set", link, state);
  return {
    address: far ?? "",
    cutLink: () => set("down"),
    restoreLink: () => set("up"),
    remove: () => ip("link", "delete", link),
    join: [script, `/proc/${process.pid}/ns/net`, link, `${near}/30`, `${far}/30`, name],
  };
}

/** A network that no interface of ours belongs to. Test files run in parallel, each in a process of its own. */
async function freeNetwork(): Promise<number> {
  const used = await interfaces();
  for (let attempt = 0; attempt < networks; attempt++) {
    const number = (process.pid * 16 + made++) % networks;
    if (!used.includes(`lab${number}@`) && !used.includes(`${addressOf(number, 1)}/`)) return number;
  }
  throw new Error("no network is free");
}

/** Our interfaces with their addresses, as text. */
function interfaces(): Promise<string> {
  return mustRun("ip", ["-brief", "address"], { env: process.env, cwd: "/" });
}

function addressOf(network: number, host: number): string {
  const last = network * 4 + host;
  return `10.77.${last >> 8}.${last & 255}`;
}

/** A link that has gone with its namespace needs no more changes. */
async function ip(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await run("ip", args, { env: process.env, cwd: "/" });
  if (code !== 0 && !stderr.includes("Cannot find device")) throw new Error(`ip ${args.join(" ")}: ${stderr}`);
}
