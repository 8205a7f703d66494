import * as l10n from "@vscode/l10n";
import { clientCommands } from "../../../common/clientCommands.ts";
import { detailOf } from "../evidence/detail.ts";
import { innerMessage } from "../evidence/ending.ts";
import { type Explain, failingDerivation, problemOf } from "../evidence/failed.ts";

/** A placeholder for an unknown hash: `lib.fakeHash`, or an empty string. */
const noHash = /^sha\d+(?:-A+=*|:0+)$/;

/** The message of each version (see the tests). Every blank matches in one way only, which prevents backtracking in long texts. */
const mismatch =
  /^hash mismatch in fixed-output derivation '[^']+':\n(?:[^\n]*\n)*?[ \t]*(?:specified|wanted):[ \t]*(\S+)[ \t]*\n[ \t]*got:[ \t]*(\S+)/;

/** A download has a different hash than the one in the source text. */
export const otherHash: Explain = failed => {
  const failing = failingDerivation(failed);
  if (failing === undefined) return undefined;
  const errors = failing.errors.filter(({ drvPath }) => drvPath === failing.derivation.drvPath);
  const found = errors.map(({ text }) => mismatch.exec(innerMessage(text))).find(each => each !== null);
  const [, specified, got] = found ?? [];
  if (specified === undefined || got === undefined) return undefined;
  const message = noHash.test(specified)
    ? l10n.t("The hash of {0} is {1}. Replace the placeholder with it.", failing.name, got)
    : l10n.t(
        "The content of {0} is not as specified: its hash is {1} instead of {2}. If this is intended, update the hash.",
        failing.name,
        got,
        specified,
      );
  const fix = {
    title: l10n.t("Update Hash"),
    command: clientCommands.replaceHash,
    arguments: [{ specified, got }],
  };
  const about = { kind: "hash", specified, got } as const;
  return { ...problemOf("hash-mismatch", message, detailOf(failing), [fix]), about };
};
