import type { Localiser } from "../../../server/src/common/localiser.ts";
import { escapeMarkdown, inlineCode } from "../../../server/src/common/markdown.ts";
import type { BuilderSystem } from "../../../server/src/protocol.ts";
import { factsMarkdown } from "../text/facts.ts";
import type { OfferedSystem } from "./state.ts";
import { timeText } from "./stateText.ts";

/** How a builder builds for a system, the mode first: `emulated · proven 5 min ago`, `declared, not verified`. `now` in ms. */
export function systemBadge({ system, offer }: OfferedSystem, now: number, l10n: Localiser): string {
  const ago = system.provenAt === undefined ? undefined : timeText(system.provenAt, now, l10n);
  if (system.refusal !== undefined) return [l10n.t("refused"), ...(ago === undefined ? [] : [ago])].join(" · ");
  const mode = offer.program === undefined ? modeText(system, l10n) : l10n.t("external builder");
  return [mode, ...(ago === undefined ? [] : [l10n.t("proven {0}", ago)])].join(" · ");
}

function modeText({ mode, known, emulatorMissing }: BuilderSystem, l10n: Localiser): string {
  switch (mode) {
    case "native":
      return l10n.t("native");
    case "compatible":
      return l10n.t("compatible");
    case "emulated":
      return l10n.t("emulated");
    case "unknown":
      return known === "claimed" ? l10n.t("declared, not verified") : l10n.t("native or emulated");
    case "impossible":
      if (emulatorMissing === "in sandbox") return l10n.t("emulator not in the sandbox");
      return emulatorMissing === "everywhere" ? l10n.t("emulator missing") : l10n.t("cannot build");
  }
}

/** All details of a system of a builder, as Markdown. */
export function systemTooltip({ system, offer }: OfferedSystem, l10n: Localiser): string {
  const { system: name, emulator, provenAt, refusal } = system;
  const mode = offer.program === undefined ? modeText(system, l10n) : l10n.t("external builder");
  return factsMarkdown(`**${escapeMarkdown(name)}**`, [
    [l10n.t("Mode"), escapeMarkdown(refusal === undefined ? mode : l10n.t("refused"))],
    [l10n.t("Known from"), escapeMarkdown(knownText(system, l10n))],
    [l10n.t("When"), provenAt === undefined ? undefined : escapeMarkdown(new Date(provenAt).toLocaleString())],
    [l10n.t("Emulator"), emulator === undefined ? undefined : inlineCode(emulator)],
    [l10n.t("Program"), offer.program === undefined ? undefined : inlineCode(offer.program)],
    [l10n.t("Problem"), refusal === undefined ? undefined : escapeMarkdown(refusal.message)],
    [l10n.t("Note"), noteText(system, l10n)],
  ]);
}

function knownText({ known }: BuilderSystem, l10n: Localiser): string {
  switch (known) {
    case "settings":
      return l10n.t("the settings of this machine's Nix and its kernel");
    case "claimed":
      return l10n.t("its machine line, not verified");
    case "proven":
      return l10n.t("a build on it");
  }
}

/** What the mode means for builds, as Markdown. */
function noteText({ mode, known, emulatorMissing, refusal }: BuilderSystem, l10n: Localiser): string | undefined {
  if (refusal !== undefined) return undefined;
  switch (mode) {
    case "emulated":
      return escapeMarkdown(l10n.t("Emulated builds are several times slower, and tests may fail."));
    case "unknown":
      return known === "claimed"
        ? escapeMarkdown(l10n.t("Check Builder finds out whether it can build this, and whether it emulates it."))
        : undefined;
    case "impossible":
      return emulatorMissing === "in sandbox"
        ? escapeMarkdown(
            l10n.t("Register the emulator in binfmt_misc with the F flag, or add it to Nix's 'extra-sandbox-paths'."),
          )
        : undefined;
    case "native":
    case "compatible":
      return undefined;
  }
}
