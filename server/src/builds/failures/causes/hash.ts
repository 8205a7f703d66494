import * as l10n from "@vscode/l10n";
import { clientCommands } from "../../../common/clientCommands.ts";
import { detailOf } from "../evidence/detail.ts";
import { innerWords } from "../evidence/ending.ts";
import { type Explain, failingDerivation, problemOf } from "../evidence/failed.ts";

/** What stands for a hash that is not known yet: `lib.fakeHash`, or an empty text. */
const noHash = /^sha\d+(?:-A+=*|:0+)$/;

/** Every version's words, line by line (see the tests): no blank may be read in two ways, as the text may be long. */
const mismatch =
  /^hash mismatch in fixed-output derivation '[^']+':\n(?:[^\n]*\n)*?[ \t]*(?:specified|wanted):[ \t]*(\S+)[ \t]*\n[ \t]*got:[ \t]*(\S+)/;

/** Something was downloaded whose hash is not the one that the text has. */
export const otherHash: Explain = failed => {
  const failing = failingDerivation(failed);
  if (failing === undefined) return undefined;
  const about = failing.errors.filter(({ drvPath }) => drvPath === failing.derivation.drvPath);
  const found = about.map(({ text }) => mismatch.exec(innerWords(text))).find(each => each !== null);
  const [, specified, got] = found ?? [];
  if (specified === undefined || got === undefined) return undefined;
  const message = noHash.test(specified)
    ? l10n.t("The hash of {0} is {1}. Put it where none is given yet.", failing.name, got)
    : l10n.t(
        "The content of {0} is not what was specified: its hash is {1} instead of {2}. If that is what you want, put the new hash in.",
        failing.name,
        got,
        specified,
      );
  const fix = {
    title: l10n.t("Update Hash"),
    command: clientCommands.replaceHash,
    arguments: [{ specified, got }],
  };
  return problemOf("hash-mismatch", message, detailOf(failing), [fix]);
};
