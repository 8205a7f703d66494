import * as l10n from "@vscode/l10n";
import { allOutput, detailOf } from "../evidence/detail.ts";
import { innerMessage } from "../evidence/ending.ts";
import { type Explain, errorsOf, failingDerivation, placeIn, problemOf } from "../evidence/failed.ts";
import { startError } from "../evidence/guess.ts";
import { onlyCancelled } from "./timeout.ts";

/** Nix could not start a derivation's builder. */
export const notStartedBuilder: Explain = failed => {
  const failing = failingDerivation(failed);
  const said = failing === undefined ? undefined : startError(failed, failing);
  if (failing === undefined || said === undefined) return undefined;
  const { name, derivation } = failing;
  const where = placeIn(failed, derivation.builder);
  if (said.includes("seccomp"))
    return problemOf(
      "no-seccomp",
      l10n.t(
        "{0} could not be started: the kernel of {1} does not accept seccomp filters, because it is emulated or lacks support. Set 'filter-syscalls = false' in the nix.conf there.",
        name,
        where,
      ),
      detailOf(failing),
    );
  const program = /^executing '([^']*)': No such file or directory$/.exec(said)?.[1];
  return program === undefined
    ? problemOf(
        "derivation-failed",
        l10n.t("{0} could not be started on {1}: {2}.", name, where, said),
        detailOf(failing),
      )
    : problemOf(
        "program-missing",
        l10n.t(
          "{0} could not be started: {2} does not exist on {1}. Nix's sandbox contains only a derivation's inputs and 'sandbox-paths'.",
          name,
          where,
          program,
        ),
        detailOf(failing),
      );
};

const missing = /^getting (?:attributes|status) of (?:path )?['"]([^'"\n]+)['"]: No such file or directory/;

/** A store path, which no setting names. */
const inStore = /\/[0-9a-z]{32}-/;

/** A path that the sandbox must contain does not exist. */
export const missingSandboxPath: Explain = failed => {
  const error = errorsOf(failed).find(({ text }) => missing.test(innerMessage(text)));
  const path = missing.exec(innerMessage(error?.text ?? ""))?.[1];
  if (error === undefined || path === undefined || inStore.test(path)) return undefined;
  const failing = failingDerivation(failed);
  const name = failing?.name ?? onlyCancelled(failed);
  const start =
    name === undefined ? l10n.t("Nix could not set up its sandbox") : l10n.t("{0} could not be started", name);
  return problemOf(
    "sandbox-path-missing",
    l10n.t(
      "{0}: {1} does not exist on {2}, but 'sandbox-paths' or 'extra-sandbox-paths' in the nix.conf there names it. Create it (for /run/binfmt, restart systemd-binfmt), or remove it from these settings.",
      start,
      path,
      placeIn(failed, failing?.derivation.builder),
    ),
    failing === undefined ? allOutput(failed) : detailOf(failing),
  );
};
