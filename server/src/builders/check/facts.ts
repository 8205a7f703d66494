import { isTrustedUser, trustIn, usesDaemon } from "../../nix/access.ts";
import { parseBinfmtHandler } from "../binfmt.ts";

/** What a builder's own machine says about itself. */
export interface BuilderFacts {
  readonly nixVersion?: string | undefined;
  /** Whether its Nix trusts the user that we log in as. */
  readonly trusted?: boolean | undefined;
  /** `uname -m`. */
  readonly processor?: string | undefined;
  /** The systems that binfmt_misc has a handler for. */
  readonly emulates: readonly string[];
  /** Of the store (bytes). */
  readonly freeBytes?: number | undefined;
  /** Whether the program that our Nix starts there is found. */
  readonly hasProgram: boolean;
}

/**
 * Prints `name=value` lines, one for each fact; a handler of binfmt_misc takes several. For any POSIX shell. `$1` is the program that
 * our Nix starts there. It changes nothing.
 */
export const factsScript = `
say() { printf '%s=%s\\n' "$1" "$2"; }
nix_() { nix --extra-experimental-features nix-command "$@" 2>/dev/null; }
say processor "$(uname -m)"
say user "$(id -un 2>/dev/null)"
say groups "$(id -Gn 2>/dev/null)"
if command -v "$1" >/dev/null 2>&1; then say program found; fi
say nix "$(nix-store --version 2>/dev/null)"
say free "$(df -Pk "\${NIX_STORE_DIR:-/nix/store}" 2>/dev/null | awk 'NR == 2 { print $4 }')"
state=\${NIX_STATE_DIR:-/nix/var/nix}
if [ -w "$state" ]; then say writable yes; fi
if [ -S "\${NIX_DAEMON_SOCKET_PATH:-$state/daemon-socket/socket}" ]; then say socket yes; fi
for handler in /proc/sys/fs/binfmt_misc/*; do
  case $handler in
    */register|*/status|*'*') ;;
    *) while IFS= read -r line; do say handler "$line"; done <"$handler"; say handler "" ;;
  esac
done
(nix_ config show || nix_ show-config) | while IFS= read -r line; do
  case $line in
    'store = '*) say store "\${line#store = }" ;;
    'trusted-users = '*) say trusted-users "\${line#trusted-users = }" ;;
  esac
done
say ping "$(nix_ store info --json || nix_ store ping --json)"
say done yes
`;

/** Reads what the script printed; undefined if it did not run to its end. Lines of a talkative shell are ignored. */
export function parseFacts(text: string): BuilderFacts | undefined {
  const values = new Map<string, string>();
  const handlers: string[] = [];
  for (const line of text.split("\n")) {
    const [, name, value = ""] = /^([a-z-]+)=(.*)$/.exec(line.trimEnd()) ?? [];
    if (name === "handler") handlers.push(value);
    else if (name !== undefined) values.set(name, value);
  }
  if (values.get("done") !== "yes") return undefined;
  const kibibytes = values.get("free") ?? "";
  return {
    nixVersion: /(\d+\.\d+\S*)\s*$/.exec(values.get("nix") ?? "")?.[1],
    trusted: trustOf(values),
    processor: values.get("processor") || undefined,
    emulates: emulated(handlers),
    freeBytes: /^\d{1,15}$/.test(kibibytes) ? Number(kibibytes) * 1024 : undefined,
    hasProgram: values.get("program") === "found",
  };
}

/** The systems of the handlers, which an empty line separates. */
function emulated(lines: readonly string[]): readonly string[] {
  const texts = lines.join("\n").split("\n\n");
  return [...new Set(texts.flatMap(text => parseBinfmtHandler(text)?.system ?? []))].toSorted();
}

function trustOf(values: ReadonlyMap<string, string>): boolean | undefined {
  const said = trustIn(values.get("ping") ?? "");
  if (said !== undefined) return said;
  const [store, trustedUsers, name] = [values.get("store"), values.get("trusted-users"), values.get("user")];
  if (store === undefined || trustedUsers === undefined || name === undefined) return undefined;
  const isOpen = { store, isStateWritable: values.has("writable"), hasSocket: values.has("socket") };
  const groups = values.get("groups")?.split(/\s+/).filter(Boolean) ?? [];
  return (
    !usesDaemon(isOpen) || isTrustedUser({ name, groups, trustedUsers: trustedUsers.split(/\s+/).filter(Boolean) })
  );
}
