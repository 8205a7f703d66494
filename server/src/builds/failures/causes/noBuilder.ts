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
import { addressIn, innerMessage, isFromBuilder } from "../evidence/ending.ts";
import {
  type Explain,
  errorsOf,
  type FailedBuild,
  type FailingDerivation,
  failingDerivation,
  problemOf,
} from "../evidence/failed.ts";
import { unreachableBuilder } from "./connection.ts";
import { overstated, type Refusal } from "./overstated.ts";
import { ignored } from "./untrusted.ts";

/** How each version of Nix reports that no builder accepts a derivation (the tests have the text of each version). */
const notAccepted =
  /^a '[^']*' with features \{[^}]*\} is required to build|^Failed to find a machine|^[ \t]*(?:Required (?:system|features):|Reason: local builds are disabled)|^unable to start any build/im;

/** The system and the features that a derivation needs. */
const required = [
  // Up to 2.29; from 2.30 on with "Required system:".
  /(?:\ba|Required system:) '([\w-]+)'(?: with features \{([^}]*)\})?/,
  // The request to the remote builders.
  /required \(system, features\): \(([\w-]+), \[?([^)\]]*)/,
  // Since 2.34 for a derivation with a matching system but missing features.
  /Required features: (){([^}]*)}/,
];

/** This machine's system and features in the same messages. */
const own = /(?:I am a|Current system:) '([\w-]+)'(?: with features \{([^}]*)\})?|Available features: (){([^}]*)}/;

/** What a derivation needs and no builder has. */
interface Need {
  /** Its name; empty if Nix did not report it. */
  readonly name: string;
  /** Empty if Nix did not report it. */
  readonly system: string;
  readonly features: readonly string[];
  /** This machine's system and features, as far as Nix reported them. */
  readonly ownSystem: string;
  readonly ownFeatures: readonly string[];
  /** The systems of the remote builders that were asked. */
  readonly asked: readonly string[];
}

/** No builder can build a derivation. If a builder could not be reached or something was not trusted, that is the cause. */
export const noBuilder: Explain = failed => {
  const errors = errorsOf(failed);
  const all = errors.filter(({ text }) => notAccepted.test(innerMessage(text)));
  const failing = failingDerivation(failed);
  if (failing !== undefined && failedOnItsOwn(failing)) return undefined;
  const error = all.find(namesNeed) ?? all[0];
  if (error === undefined) return undefined;
  const need = needIn(error);
  const detail = [...new Set([error, ...all.slice(-1)].map(({ shown }) => shown))].join("\n");
  const refusal = refusalBy(failed, error);
  if (refusal !== undefined) return { ...refusal.problem, detail };
  return (
    unreachableBuilder(failed) ??
    ignored(failed, need.name, /^(?:builders|extra-platforms|(?:extra-)?system-features)$/) ?? {
      ...noBuilderFor(need, all, buildersAt(failed.request.place, failed.builders)),
      detail,
    }
  );
};

/** A builder whose own Nix refused what its line claims; undefined if none did. */
export function refusalIn(failed: FailedBuild): Refusal | undefined {
  const all = errorsOf(failed).filter(({ text }) => notAccepted.test(innerMessage(text)));
  const error = all.find(namesNeed);
  return error && refusalBy(failed, error);
}

function refusalBy({ builders }: FailedBuild, error: StreamError): Refusal | undefined {
  const refusing = builders.find(({ id }) => id === addressIn(error.text));
  const need = needIn(error);
  return refusing && overstated(need, need.ownFeatures, refusing);
}

/** A missing builder for one derivation, only a warning, is irrelevant if another derivation failed for a reason of its own. */
function failedOnItsOwn({ derivation, ending, errors }: FailingDerivation): boolean {
  if (isFromBuilder(ending)) return true;
  if (errors.some(({ text }) => notAccepted.test(innerMessage(text)))) return false;
  return derivation.unplaced !== true || errors.some(({ drvPath }) => drvPath !== undefined);
}

/** Whether a message names the system or features that are needed. */
function namesNeed({ text }: StreamError): boolean {
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

function noBuilderFor(need: Need, errors: readonly StreamError[], builders: readonly Builder[]): Problem {
  const isKnown = need.system !== "" || need.features.length > 0 || errors.some(each => each.isWarning);
  if (!isKnown) return noBuilderAsked(need, errors, builders);
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

/** Whether a builder has the system, so that only a feature is missing. */
function isForSystem({ system, ownSystem, asked }: Need, builders: readonly Builder[]): boolean {
  if (system === "" || system === ownSystem || asked.includes(system)) return true;
  return builders.some(builder => (modeFor(builder, system) ?? "impossible") !== "impossible");
}

/** Local builds are disabled, and Nix asked no other builder. */
function noBuilderAsked({ name }: Need, errors: readonly StreamError[], builders: readonly Builder[]): Problem {
  const what = name === "" ? l10n.t("the remaining derivations") : name;
  // Nix says this if a remote builder lacks features, which means that it was asked.
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
