import * as l10n from "@vscode/l10n";
import { errorProblem } from "../../outcome.ts";
import type { Problem } from "../../protocol.ts";
import { shellQuoted } from "../../ssh/command.ts";
import type { SshTarget } from "../../ssh/target.ts";

/** The longest detail that is kept of a check (UTF-16 units). */
const maxDetail = 4000;

/** Adds what ssh and Nix printed. */
export function withDetail(problem: Problem, texts: readonly string[]): Problem {
  const detail = [...new Set(texts.map(text => text.trim()).filter(Boolean))].join("\n").slice(0, maxDetail);
  return detail === "" ? problem : { ...problem, detail };
}

/** Problem: `builder-timed-out`. @param seconds how long we waited. */
export function timedOut(name: string, seconds: number): Problem {
  return errorProblem(
    "builder-timed-out",
    l10n.t(
      "{0} did not answer within {1} seconds. Check that it is up and not overloaded, then check it again.",
      name,
      seconds,
    ),
  );
}

/** Problem: `builder-no-nix`. @param program that our Nix starts there. */
export function noProgram(name: string, program: string): Problem {
  return errorProblem(
    "builder-no-nix",
    l10n.t(
      "{0} has no {1} on the PATH of a non-interactive shell. Install Nix there, or add its bin directory to that PATH (as environment.systemPackages does on NixOS).",
      name,
      program,
    ),
  );
}

/** Problem: `untrusted-on-builder`. */
export function untrustedThere(name: string): Problem {
  return errorProblem(
    "untrusted-on-builder",
    l10n.t(
      "{0} does not trust the user that ssh logs in as. Add that user to 'trusted-users' in its nix.conf and restart its daemon.",
      name,
    ),
  );
}

/** Nix's daemon drops our `--builders`, so no builder can be tried alone. Problem: `untrusted-user`. */
export function untrustedHere(name: string): Problem {
  return {
    ...errorProblem(
      "untrusted-user",
      l10n.t(
        "Nix's daemon does not trust your user, so {0} cannot be tried on its own, nor chosen for a build. Add your user to 'trusted-users' in the nix.conf of this machine and restart the daemon.",
        name,
      ),
    ),
    severity: "warning",
  };
}

/** Our user may log in only because of a key that the agent has. Problem: `builder-key-in-agent`. */
export function keyInAgent(name: string): Problem {
  return errorProblem(
    "builder-key-in-agent",
    l10n.t(
      "{0} lets you in with a key that only your ssh agent has, but Nix's daemon connects as root, without an agent. Name a key file without passphrase, which root can read, in the line of {0} in Nix's 'builders'.",
      name,
    ),
  );
}

/**
 * Our user may log in, and the daemon may not; ssh's reason is only in the daemon's log. Problem: `builder-closed-to-daemon`.
 *
 * @param isName whether the host is a name that resolves without ssh's configuration.
 */
export function closedToDaemon(name: string, isName: boolean): Problem {
  const said = l10n.t(
    "{0} lets your user in, but Nix's daemon could not connect to it. The daemon's log has the reason (journalctl -u nix-daemon).",
    name,
  );
  const alias = l10n.t(
    "{0} is not a host name that resolves: if it is an alias in your ssh configuration, use the real name in Nix's 'builders', or define it for root, too (programs.ssh.extraConfig).",
    name,
  );
  return errorProblem("builder-closed-to-daemon", isName ? said : `${said} ${alias}`);
}

/** Every slot of the builder was taken. Problem: `builder-busy`. */
export function busy(name: string): Problem {
  return {
    ...errorProblem("builder-busy", l10n.t("{0} can be reached, but had no free slot for a trial build.", name)),
    severity: "info",
  };
}

/** Nix could not have anything built there, for a reason of its own. Problem: `trial-failed`. @param said by Nix. */
export function trialFailed(name: string, said: string): Problem {
  const first = said.split("\n")[0]?.trim() ?? "";
  return errorProblem(
    "trial-failed",
    first === ""
      ? l10n.t("A trial build on {0} failed, and Nix reported no error.", name)
      : l10n.t("A trial build on {0} failed: {1}", name, first.slice(0, 300)),
  );
}

/** A problem of the daemon's connection, with the command that shows what root sees. */
export function withRootsView(problem: Problem, target: SshTarget | undefined): Problem {
  if (target === undefined) return problem;
  const view = l10n.t(
    "Nix's daemon connects as root, so your ssh configuration, agent and known_hosts do not count. To see what root sees, run: {0}",
    rootsCommand(target),
  );
  return { ...problem, message: `${problem.message} ${view}` };
}

/** The command that connects as root does: `sudo ssh -o BatchMode=yes -i /etc/nix/key root@builder nix-store --version`. */
export function rootsCommand({ host, user, port, keyFile }: SshTarget): string {
  const words = [
    ...["sudo", "ssh", "-o", "BatchMode=yes", "-o", "IdentityAgent=none"],
    ...(keyFile === undefined ? [] : ["-i", keyFile]),
    ...(port === undefined ? [] : ["-p", String(port)]),
    user === undefined ? host : `${user}@${host}`,
    ...["nix-store", "--version"],
  ];
  return words.map(word => (/^[\w@%+=:,./-]+$/.test(word) ? word : shellQuoted(word))).join(" ");
}
