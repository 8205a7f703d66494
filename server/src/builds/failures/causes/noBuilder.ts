import * as l10n from "@vscode/l10n";
import { modeFor } from "../../../builders/capability.ts";
import { buildersAt } from "../../../builders/choice.ts";
import {
  missingFeature,
  noBuilder as noBuilderProblem,
  noLocalBuilds,
  reasons,
} from "../../../builders/unbuildable.ts";
import { nameOfStorePath } from "../../../common/storePath.ts";
import type { Builder, Problem } from "../../../protocol.ts";
import type { StreamError } from "../../stream/eventState.ts";
import { innerWords, isFromBuilder } from "../evidence/ending.ts";
import { type Explain, errorsOf, type FailingDerivation, failingDerivation, problemOf } from "../evidence/failed.ts";
import { unreachableBuilder } from "./connection.ts";
import { ignored } from "./untrusted.ts";

/** Every version's way to say that nobody takes a derivation (see the texts of each version in the tests). */
const nobodyTakes =
  /^a '[^']*' with features \{[^}]*\} is required to build|^Failed to find a machine|^[ \t]*(?:Required (?:system|features):|Reason: local builds are disabled)|^unable to start any build/im;

/** The system and the features that a derivation needs. */
const required = [
  // Up to 2.29; from 2.30 on with "Required system:".
  /(?:\ba|Required system:) '([\w-]+)'(?: with features \{([^}]*)\})?/,
  // What was asked of the remote builders.
  /required \(system, features\): \(([\w-]+), \[?([^)\]]*)/,
  // Since 2.34 a derivation whose system is right, but which needs more than that.
  /Required features: (){([^}]*)}/,
];

/** What this machine has, in the same messages. */
const own = /(?:I am a|Current system:) '([\w-]+)'(?: with features \{([^}]*)\})?|Available features: (){([^}]*)}/;

/** What a derivation needs that nobody has. */
interface Need {
  /** Its name; empty: Nix did not say. */
  readonly name: string;
  /** Empty: Nix did not say. */
  readonly system: string;
  readonly features: readonly string[];
  /** Those of this machine, as far as Nix said. */
  readonly ownSystem: string;
  readonly ownFeatures: readonly string[];
  /** The systems of the remote builders that were asked. */
  readonly asked: readonly string[];
}

/** No builder can build a derivation; where a builder could not be reached or something was not trusted, that is why. */
export const noBuilder: Explain = failed => {
  const errors = errorsOf(failed);
  const all = errors.filter(({ text }) => nobodyTakes.test(innerWords(text)));
  const failing = failingDerivation(failed);
  if (failing !== undefined && failedByItself(failing)) return undefined;
  const error = all.find(telling) ?? all[0];
  if (error === undefined) return undefined;
  const need = needIn(error);
  const detail = [...new Set([error, ...all.slice(-1)].map(({ shown }) => shown))].join("\n");
  return (
    unreachableBuilder(failed) ??
    ignored(failed, need.name, /^(?:builders|extra-platforms|(?:extra-)?system-features)$/) ?? {
      ...nobodyCan(need, all, buildersAt(failed.request.place, failed.builders)),
      detail,
    }
  );
};

/** That nobody takes one derivation, which is only a warning, does not matter when another has failed for a reason of its own. */
function failedByItself({ derivation, ending, errors }: FailingDerivation): boolean {
  if (isFromBuilder(ending)) return true;
  if (errors.some(({ text }) => nobodyTakes.test(innerWords(text)))) return false;
  return derivation.unplaced !== true || errors.some(({ drvPath }) => drvPath !== undefined);
}

/** Whether a message says what is needed. */
function telling({ text }: StreamError): boolean {
  return required.some(pattern => pattern.test(text));
}

function needIn({ text, drvPath }: StreamError): Need {
  const [, system = "", features = ""] =
    required.map(pattern => pattern.exec(text)).find(found => found !== null) ?? [];
  const [, ownSystem = "", withSystem, , alone] = own.exec(text) ?? [];
  return {
    name: nameOfStorePath(drvPath ?? /derivation: (\S+\.drv)/.exec(text)?.[1] ?? ""),
    system,
    features: words(features),
    ownSystem,
    ownFeatures: words(withSystem ?? alone ?? ""),
    asked: [...text.matchAll(/^\(\[?([\w-]+-\w+(?:, ?[\w-]+-\w+)*)\]?, \d+,/gm)].flatMap(([, list = ""]) =>
      words(list),
    ),
  };
}

function words(list: string): string[] {
  return list.split(/[\s,]+/).filter(word => word !== "");
}

function nobodyCan(need: Need, errors: readonly StreamError[], builders: readonly Builder[]): Problem {
  const isTold = need.system !== "" || need.features.length > 0 || errors.some(each => each.isWarning);
  if (!isTold) return nobodyWasAsked(need, errors, builders);
  const { name, system, features, ownFeatures } = need;
  if (features.length > 0 && isForSystem(need, builders)) {
    const missing = features.filter(feature => !ownFeatures.includes(feature));
    return missingFeature(name, system, missing.length > 0 ? missing : features);
  }
  const what = name === "" ? l10n.t("the remaining derivations") : name;
  const forSystem = system === "" ? what : l10n.t("{0} for '{1}'", what, system);
  const needed = features.length === 0 ? forSystem : l10n.t("{0} with features {1}", forSystem, features.join(", "));
  return noBuilderProblem(needed, system === "" ? undefined : need, builders);
}

/** Whether somebody has the system, so that only a feature is missing. */
function isForSystem({ system, ownSystem, asked }: Need, builders: readonly Builder[]): boolean {
  if (system === "" || system === ownSystem || asked.includes(system)) return true;
  return builders.some(builder => (modeFor(builder, system) ?? "impossible") !== "impossible");
}

/** Nothing may be built on this machine, and nobody else was asked. */
function nobodyWasAsked({ name }: Need, errors: readonly StreamError[], builders: readonly Builder[]): Problem {
  const what = name === "" ? l10n.t("the remaining derivations") : name;
  // With a remote builder whose features are short Nix says so; it then was asked.
  if (errors.some(({ text }) => text.includes("remote machines may not have all required"))) {
    return problemOf(
      "no-builder",
      l10n.t(
        "No builder can build {0}: no remote builder has its system and features, and local builds are disabled. {1}",
        what,
        reasons(undefined, builders),
      ),
    );
  }
  const remote = builders.filter(({ kind }) => kind === "remote").map(each => each.name);
  if (remote.length === 0) return noLocalBuilds(what);
  return problemOf(
    "no-local-builds",
    l10n.t(
      "No builder for {0}: local builds are disabled ('max-jobs = 0'), and Nix asked no other builder, although it has {1}. Nix's daemon ignores builders that are chosen here unless your user is one of its 'trusted-users'.",
      what,
      remote.join(", "),
    ),
  );
}
