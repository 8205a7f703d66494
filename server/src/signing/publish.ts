import * as l10n from "@vscode/l10n";
import { maskText } from "../logging/secrets.ts";
import { activity, level, parseEventLine } from "../nix/events/events.ts";
import { type Nix, newStyle, processProblem, type RunOptions } from "../nix/nix.ts";
import { errorProblem, type Outcome } from "../outcome.ts";
import type { Problem } from "../protocol.ts";

/** Where the closure of a path goes, or is signed. */
export interface Publication {
  readonly storePath: string;
  /** Its address for Nix: `file:///srv/cache`, `s3://bucket`, `ssh-ng://host`. */
  readonly store: string;
}

/**
 * Signs the closure of a path in a store with a key file, which only Nix reads.
 * Problems: `not-signed`, `bad-key-file`, `cancelled`, `no-nix`.
 */
export async function signClosure(
  nix: Nix,
  { storePath, store, keyFile }: Publication & { readonly keyFile: string },
  options?: RunOptions,
): Promise<Outcome<null>> {
  const args = [...newStyle, "store", "sign", "--recursive", "--store", store, "--key-file", keyFile, storePath];
  const end = await nix.run("nix", args, options);
  if (end.kind !== "exited") return { problem: processProblem(end) };
  if (end.code === 0) return { value: null };
  if (isKeyRefused(end.stderr)) return { problem: badKeyFile(keyFile) };
  const message = l10n.t("The paths could not be signed in {0}: {1}", maskText(store), reasonIn(end.stderr));
  return { problem: errorProblem("not-signed", message, maskText(end.stderr)) };
}

/**
 * Copies the closure of a path to a store. What was built here has no signature; a store that one logs in to takes it from a trusted
 * user.
 * Problems: `not-pushed`, `bad-key-file`, `cancelled`, `no-nix`.
 *
 * @param keyFile a secret key with which a cache of files is signed, and which only Nix reads.
 * @param didProgress gets the number of paths that were copied, and of those that are to be.
 */
export async function copyClosure(
  nix: Nix,
  { storePath, store, keyFile }: Publication & { readonly keyFile?: string | undefined },
  didProgress: (done: number, expected: number) => void,
  options: RunOptions = {},
): Promise<Outcome<null>> {
  const target = keyFile === undefined ? store : withParameter(store, "secret-key", keyFile);
  const events = new CopyEvents(didProgress);
  const args = [...newStyle, "--log-format", "internal-json", "copy", "--no-check-sigs", "--to", target, storePath];
  const end = await nix.run("nix", args, { ...options, onStderrLine: line => events.read(line) });
  if (end.kind !== "exited") return { problem: processProblem(end) };
  if (end.code === 0) return { value: null };
  const said = events.errors.join("\n");
  if (keyFile !== undefined && isKeyRefused(said)) return { problem: badKeyFile(keyFile) };
  const message = l10n.t("The paths could not be copied to {0}: {1}", maskText(store), reasonIn(said));
  return { problem: errorProblem("not-pushed", message, maskText(said)) };
}

/** Nix 2.3 and later, `src/libstore/crypto.cc` and `src/libutil/signature/local-keys.cc`. */
function isKeyRefused(said: string): boolean {
  return /in Base64 string|key is (?:corrupt|not valid)/i.test(said);
}

/** Without Nix's words, which may repeat a part of the file. */
function badKeyFile(file: string): Problem {
  const message = l10n.t(
    "{0} is not a secret key of a binary cache: a name, a colon and 88 characters in base 64, as nix-store --generate-binary-cache-key creates it.",
    file,
  );
  return errorProblem("bad-key-file", message);
}

/** The address with one more setting. */
function withParameter(store: string, name: string, value: string): string {
  return `${store}${store.includes("?") ? "&" : "?"}${name}=${encodeURIComponent(value)}`;
}

/** Reads progress and errors from Nix's event stream. Versions up to 2.8 report no progress of a copy, so its paths are counted. */
class CopyEvents {
  readonly errors: string[] = [];
  readonly #didProgress: (done: number, expected: number) => void;
  readonly #running = new Set<string>();
  #expected = 0;
  #done = 0;

  constructor(didProgress: (done: number, expected: number) => void) {
    this.#didProgress = didProgress;
  }

  read(line: string): void {
    const event = parseEventLine(line);
    switch (event.action) {
      case "start": {
        const [, count = ""] = /^copying (\d+) paths?\b/.exec(event.text) ?? [];
        if (event.type === activity.copyPaths && count !== "") this.#report(this.#done, Number(count));
        if (event.type === activity.copyPath) this.#running.add(event.id);
        return;
      }
      case "stop":
        if (this.#running.delete(event.id)) this.#report(this.#done + 1, this.#expected);
        return;
      case "message":
        if (event.level === level.error) this.errors.push(event.text);
        return;
      case "text":
        this.errors.push(event.text);
    }
  }

  #report(done: number, expected: number): void {
    this.#done = done;
    this.#expected = Math.max(done, expected);
    this.#didProgress(this.#done, this.#expected);
  }
}

/** The last line with an error, in Nix's words. */
function reasonIn(stderr: string): string {
  const lines = stderr.split("\n").filter(line => line.trim() !== "");
  const said = lines.findLast(line => line.includes("error:")) ?? lines.at(-1) ?? "";
  return maskText(said.replace(/^.*?error:\s*/, ""));
}
