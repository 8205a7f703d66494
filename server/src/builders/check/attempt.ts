import { causeIn } from "../../nix/events/cause.ts";
import { activity, level, type NixEvent, resultType } from "../../nix/events/events.ts";
import { type BuilderId, localBuilder } from "../../protocol.ts";

/** What Nix reported while it realised the derivations of a check. */
export interface Attempts {
  /** Derivation -> the builder that it was last given to. */
  readonly places: ReadonlyMap<string, BuilderId>;
  /** Errors and warnings of Nix, lines of ssh and of the derivations' logs, in their order. */
  readonly texts: readonly string[];
}

/** Why a derivation was not built, as far as that is about the builder. */
export type Refusal =
  /** Its own Nix does not accept it. `features`: those that it has, if it says so. */
  | { readonly kind: "not-accepted"; readonly features?: readonly string[] | undefined }
  /** Its programs do not run. */
  | { readonly kind: "not-executable" }
  /** It ran and failed, or Nix failed for another reason. */
  | { readonly kind: "other"; readonly text: string };

/** Collects what matters of the event stream of `nix-store --realise`. */
export function attemptsIn(events: readonly NixEvent[]): Attempts {
  const places = new Map<string, BuilderId>();
  const texts: string[] = [];
  for (const event of events) {
    if (event.action === "start" && event.type === activity.build) {
      const [drvPath, machine] = event.fields;
      // The builder's own activity, which ssh-ng passes on, names no machine.
      if (typeof drvPath === "string" && !(machine === "" && places.has(drvPath)))
        places.set(drvPath, machine === "" || machine === undefined ? localBuilder : String(machine));
    } else if (event.action === "message" && event.level <= level.warning) texts.push(causeIn(event.text));
    else if (event.action === "result" && event.type === resultType.buildLogLine) texts.push(String(event.fields[0]));
    else if (event.action === "text" && event.text.trim() !== "") texts.push(event.text);
  }
  return { places, texts };
}

/** Precedes a message from the Nix of a remote builder. */
const frame = /^build of '([^']+)' on '([^']*)' failed: /;

const notAccepted =
  /^(?:a '[^']*' with features \{[^}]*\} is required to build|Cannot build '[^']*'\.\s*Reason: (?:required system or feature not available|platform mismatch|missing system features|[^\n]*(?:system|feature)))/;

/** The features that a Nix says it has, in the wording of any version. */
const ownFeatures = /(?:I am a|Current system:) '[\w-]+' with features \{([^}]*)\}|Available features: \{([^}]*)\}/;

/**
 * Why a derivation was not built; undefined if nothing that was reported is about it. Only what the builder's own Nix reported counts
 * as its refusal: where it could not be asked, ours refuses in the same words.
 *
 * @param builder where it was to be built.
 */
export function refusalOf(drvPath: string, builder: BuilderId, { texts }: Attempts): Refusal | undefined {
  const about = texts.filter(text => text.includes(drvPath));
  const said = about.flatMap(text => {
    const framed = frame.exec(text);
    if (builder === localBuilder) return framed === null ? [text] : [];
    return framed?.[1] === drvPath && framed[2] === builder ? [causeIn(text.slice(framed[0].length))] : [];
  });
  const refused = said.find(text => notAccepted.test(text));
  if (refused !== undefined) {
    const [, old, recent] = ownFeatures.exec(refused) ?? [];
    return { kind: "not-accepted", features: (old ?? recent)?.split(/[\s,]+/).filter(Boolean) };
  }
  const isForeign = (builder === localBuilder ? texts : said).some(text => /Exec format error/.test(text));
  if (isForeign && said.length > 0) return { kind: "not-executable" };
  const [text] = said;
  return text === undefined ? undefined : { kind: "other", text };
}
