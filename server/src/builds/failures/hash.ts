import { t } from "@vscode/l10n";
import { detailOf } from "./detail.ts";
import { type Explain, failingDerivation, problemOf } from "./failed.ts";

/** The client's command that puts a hash in the place of another. */
const replaceHash = "morph.replaceHash";

/** What stands for a hash that is not known yet: `lib.fakeHash`, or an empty text. */
const noHash = /^sha\d+(?:-A+=*|:0+)$/;

/** Something was downloaded whose hash is not the one that the text has. */
export const otherHash: Explain = failed => {
  const failing = failingDerivation(failed);
  const said = failing?.errors.find(({ text }) => text.includes("hash mismatch in fixed-output derivation"))?.text;
  if (failing === undefined || said === undefined) return undefined;
  const specified = /(?:specified|wanted):\s*(\S+)/.exec(said)?.[1];
  const got = /\bgot:\s*(\S+)/.exec(said)?.[1];
  if (specified === undefined || got === undefined) return undefined;
  const message = noHash.test(specified)
    ? t("The hash of {0} is {1}. Put it where none is given yet.", failing.name, got)
    : t(
        "The content of {0} is not what was specified: its hash is {1} instead of {2}. If that is what you want, put the new hash in.",
        failing.name,
        got,
        specified,
      );
  const fix = { title: t("Put the New Hash In"), command: replaceHash, arguments: [{ specified, got }] };
  return problemOf("hash-mismatch", message, detailOf(failing), [fix]);
};
