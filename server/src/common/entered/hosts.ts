// Checks of the addresses of hosts that a user enters, for the configurations of NixOS, ssh and nginx.

/** One label of a name; an underscore is not valid in DNS but in the aliases of an ssh configuration. */
const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/i;

/** A name in DNS, an alias of an ssh configuration, or an IPv4 address: never an option or a part of a command. */
export function isHost(text: string): boolean {
  return text.length <= 253 && text.split(".").every(part => label.test(part));
}

/** A name of one host: not an address, for which no certificate can be issued. */
export function isHostName(text: string): boolean {
  return isHost(text) && !/^[\d.]+$/.test(text);
}

/** A TCP port, in decimal digits. */
export function isPort(text: string): boolean {
  return /^[1-9]\d{0,4}$/.test(text) && Number(text) < 65_536;
}

/** An address for mail, with characters that need no quoting. */
export function isMailAddress(text: string): boolean {
  const [, name = "", host = ""] = /^([^@]*)@([^@]*)$/.exec(text) ?? [];
  return /^[\w.!#%&'*+/=?^`{|}~-]{1,64}$/.test(name) && isHostName(host);
}
