import * as l10n from "@vscode/l10n";
import type { Command } from "vscode-languageserver-types";
import { clientCommands } from "../../../common/clientCommands.ts";
import { connectionProblem } from "../../../ssh/reasons.ts";
import { withoutQuoted } from "../../stream/errorText.ts";
import { connectionFixes, detachedFix } from "../evidence/again.ts";
import { allOutput } from "../evidence/detail.ts";
import { isFromBuilder } from "../evidence/ending.ts";
import {
  builderName,
  type Explain,
  errorsOf,
  type FailedBuild,
  failingDerivation,
  placeOf,
  problemOf,
} from "../evidence/failed.ts";

/** How each version of Nix reports that it could not connect to a builder. */
const notReached =
  /^(?:cannot build on '([^']*)'|cannot open connection to remote store '([^']*)'|cannot connect to '([^']*)'|failed to start SSH (?:master )?connection to '([^']*)'|unable to open SSH connection to '([^']*)')/;

/** A builder could not be reached. */
export const unreachableBuilder: Explain = failed => {
  const { state } = failed;
  const errors = errorsOf(failed).filter(({ text }) => notReached.test(text));
  const [error] = errors;
  if (error === undefined) return undefined;
  const names = [...new Set(errors.map(({ text }) => builderName(failed, addressIn(text))))];
  // With several builders, it is unknown which of them the output of ssh is about.
  const texts = names.length > 1 ? errors.map(({ text }) => text) : [...errors.map(({ text }) => text), ...state.texts];
  const detail = [...new Set(errors.map(({ shown }) => shown)), ...state.texts].join("\n");
  const { code, message } = connectionProblem(names.join(", "), texts);
  return problemOf(code, message, detail, connectionFixes(failed.request));
};

function addressIn(text: string): string {
  return (
    notReached
      .exec(text)
      ?.slice(1)
      .find(address => address !== undefined) ?? ""
  );
}

/** Up to 2.24, an end of file; later versions also use the text of a lost daemon connection. */
const broken =
  /unexpected end-of-file|daemon disconnected unexpectedly|broken pipe|connection reset|closed by remote host|server \S+ not responding/i;

/** If the connection to a builder breaks, Nix reports exit code 1; the end of file before that shows the real cause. */
export const lostBuilder: Explain = failed => {
  const isLost = errorsOf(failed).some(({ text }) => broken.test(withoutQuoted(text)) && !notReached.test(text));
  const failing = failingDerivation(failed);
  const place = failing === undefined ? undefined : placeOf(failed, failing);
  if (!isLost || failing === undefined || place === undefined || isFromBuilder(failing.ending)) return undefined;
  return problemOf(
    "builder-lost",
    l10n.t(
      "Lost connection to {0} while building {1}. What it was building ends there once it notices. Check that {0} is up and can be reached, then build again: completed work is kept.",
      place,
      failing.name,
    ),
    allOutput(failed),
    [
      ...connectionFixes(failed.request),
      ...detachedFix(failed.request, failing.derivation.builder ?? "", place),
      ...leftoversFix(failed, place),
    ],
  );
};

/** What was being built there may continue for a while, or may have been finished. */
function leftoversFix({ request: { id } }: Pick<FailedBuild, "request">, place: string): readonly Command[] {
  if (id === undefined) return [];
  return [
    {
      title: l10n.t("Look What Is Left on {0}", place),
      command: clientCommands.lookForLeftovers,
      arguments: [{ id }],
    },
  ];
}
