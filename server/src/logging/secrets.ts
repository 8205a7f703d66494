/** What a secret is written as. */
const mask = "***";

/** Names of options, variables and parameters whose values are secrets. `netrc` is a file, but may stand in a store. */
const secretName = /token|secret|password|passwd|credential|netrc|private|(?:^|-)keys?(?:$|-)/i;

/** Nix's options of such names that are none: public keys are there to be known. */
const publicNames: ReadonlySet<string> = new Set(["trusted-public-keys", "extra-trusted-public-keys"]);

/** No argument is longer in the log (UTF-16 units). */
const maxArgument = 300;

function isSecret(name: string): boolean {
  return secretName.test(name) && !publicNames.has(name);
}

/** Text without what a URL in it holds before its host (`https://user:token@host`) and in parameters that are secrets. */
export function maskText(text: string): string {
  return text
    .replaceAll(/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/?#"'@]*@/gi, `$1${mask}@`)
    .replaceAll(/([?&;]([\w-]+)=)[^&;\s"']*/g, (all, start: string, name: string) =>
      isSecret(name) ? start + mask : all,
    );
}

/**
 * The arguments of a process as one line without secrets: values of such options (`--option access-tokens ...`,
 * `--access-tokens ...`) are masked, and so are URLs' users.
 */
export function maskArguments(args: readonly string[]): string {
  const masked = args.map((arg, index) => {
    const [before, last] = [args[index - 2], args[index - 1]];
    if (before === "--option" && last !== undefined && isSecret(last)) return mask;
    if (last?.startsWith("--") && isSecret(last.slice(2).replace(/^extra-/, ""))) return mask;
    if (/^--[\w-]+=/.test(arg) && isSecret(arg.slice(2, arg.indexOf("="))))
      return `${arg.slice(0, arg.indexOf("=") + 1)}${mask}`;
    // A secret that is cut in two stands behind what is shown.
    return quoted(maskText(arg.slice(0, 4 * maxArgument)), arg.length);
  });
  return masked.join(" ");
}

/** For whoever reads it: no shell ever sees it. */
function quoted(arg: string, length: number): string {
  const short = length <= maxArgument ? arg : `${arg.slice(0, maxArgument)}[...]`;
  return /^[\w@%+=:,./*-]+$/.test(short) ? short : JSON.stringify(short);
}
