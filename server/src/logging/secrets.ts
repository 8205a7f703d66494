/** Replaces a secret. */
const mask = "***";

/**
 * Names of options, variables and parameters whose values are secrets. `netrc` is a file name, but the file may be in a store.
 */
const secretName = /token|secret|password|passwd|credential|netrc|private|(?:^|-)keys?(?:$|-)/i;

/** Nix options with such names that are not secret: public keys. */
const publicNames: ReadonlySet<string> = new Set(["trusted-public-keys", "extra-trusted-public-keys"]);

/** The longest argument in the log (UTF-16 units). */
const maxArgument = 300;

function isSecret(name: string): boolean {
  return secretName.test(name) && !publicNames.has(name);
}

/** Masks in URLs the user information (`https://user:token@host`) and parameters that are secrets. */
export function maskText(text: string): string {
  return text
    .replaceAll(/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'@]*@/gi, `$1${mask}@`)
    .replaceAll(/([?&;]([\w-]+)=)[^&;\s"']*/g, (all, start: string, name: string) =>
      isSecret(name) ? start + mask : all,
    );
}

/**
 * The arguments of a process as one line, with secrets masked: values of secret options (`--option access-tokens ...`,
 * `--access-tokens ...`) and the user information of URLs.
 */
export function maskArguments(args: readonly string[]): string {
  const masked = args.map((arg, index) => {
    const [before, last] = [args[index - 2], args[index - 1]];
    if (before === "--option" && last !== undefined && isSecret(last)) return mask;
    if (last?.startsWith("--") && isSecret(last.slice(2).replace(/^extra-/, ""))) return mask;
    if (/^--[\w-]+=/.test(arg) && isSecret(arg.slice(2, arg.indexOf("="))))
      return `${arg.slice(0, arg.indexOf("=") + 1)}${mask}`;
    // Masked before truncating, with a margin: a secret that is cut in two is beyond the part that is shown.
    return quoted(maskText(arg.slice(0, 4 * maxArgument)), arg.length);
  });
  return masked.join(" ");
}

/** Quoted for reading only, not for a shell. */
function quoted(arg: string, length: number): string {
  const short = length <= maxArgument ? arg : `${arg.slice(0, maxArgument)}[...]`;
  return /^[\w@%+=:,./*-]+$/.test(short) ? short : JSON.stringify(short);
}
