import * as l10n from "@vscode/l10n";
import { maskText } from "../../logging/secrets.ts";
import { type Explain, errorsOf, problemOf } from "./evidence/failed.ts";

/** `machines.cc`: the line is named, unless it is empty. */
const refusal = /^bad machine specification: .*?(?:column #(\d+) )?(?:in|of) a row: '(.*?)'(?: to '| is not valid |$)/s;

/** Nix refuses a line of `builders` or of a machines file: then its build hook ends, and with it every build that it was asked about. */
export const refusedMachineLine: Explain = failed => {
  const error = errorsOf(failed).find(({ text }) => text.startsWith("bad machine specification: "));
  if (error === undefined) return undefined;
  const [, column, line = ""] = refusal.exec(error.text) ?? [];
  const shown = maskText(line).trim();
  const message =
    shown === ""
      ? l10n.t(
          "Nix refuses a machine line, and with it every build. Correct it in Nix's setting 'builders' or in the machines file that it names.",
        )
      : l10n.t(
          "Nix refuses the machine line '{0}' because of its field {1}, and with it every build. Correct it in Nix's setting 'builders' or in the machines file that it names.",
          shown,
          Number(column ?? 0) + 1,
        );
  return problemOf("bad-machine-line", message, maskText(error.text));
};
