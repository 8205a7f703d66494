import type { Login } from "./address.ts";

interface Entry {
  /** Undefined: `default`, for every host. */
  readonly host: string | undefined;
  user?: string;
  password?: string;
}

/**
 * The login for a host in a netrc file, as curl reads it (`lib/netrc.c`): the first entry of the host that has a password.
 *
 * @param user the user name, if the address has one: another user's entry does not count.
 */
export function loginIn(netrc: string, host: string, user?: string): Login | undefined {
  for (const entry of entriesIn(netrc)) {
    const isOurs = entry.host === undefined || entry.host.toLowerCase() === host.toLowerCase();
    const isUsers = user === undefined || entry.user === undefined || entry.user === user;
    if (isOurs && isUsers && entry.password !== undefined)
      return { user: user ?? entry.user ?? "", password: entry.password };
  }
  return undefined;
}

function entriesIn(netrc: string): readonly Entry[] {
  const entries: Entry[] = [];
  const words = wordsIn(netrc)[Symbol.iterator]();
  const next = () => words.next().value;
  for (let word = next(); word !== undefined; word = next()) {
    const entry = entries.at(-1);
    if (word === "default") entries.push({ host: undefined });
    else if (word === "machine") entries.push({ host: next() ?? "" });
    else if (word === "account") next();
    else if (entry !== undefined && word === "login") entry.user = next() ?? "";
    else if (entry !== undefined && word === "password") entry.password = next() ?? "";
  }
  return entries;
}

/** A word: in quotes with escapes, or up to the next space. */
const word = /"((?:[^"\\]|\\.)*)"|(\S+)/g;

/** Without comments, and without macros: `macdef NAME` up to an empty line. */
function wordsIn(netrc: string): readonly string[] {
  const words: string[] = [];
  let isMacro = false;
  for (const line of netrc.split(/\r?\n/)) {
    if (isMacro) isMacro = line.trim() !== "";
    if (isMacro || /^\s*#/.test(line)) continue;
    const found = [...line.matchAll(word)].map(([, quoted, plain]) => plain ?? unescaped(quoted ?? ""));
    const macro = found.indexOf("macdef");
    words.push(...(macro < 0 ? found : found.slice(0, macro)));
    isMacro = macro >= 0;
  }
  return words;
}

function unescaped(text: string): string {
  const controls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };
  return text.replace(/\\(.)/g, (_, char: string) => controls[char] ?? char);
}
