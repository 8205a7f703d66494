import { Evaluator } from "../../staticEvaluation/evaluator.ts";
import { noSources } from "../../staticEvaluation/values/sources.ts";
import { select, type Value } from "../../staticEvaluation/values/value.ts";
import type { NixDocument } from "../../syntax/document.ts";
import type { Span } from "../../syntax/strict/span.ts";
import { knownItems } from "../modules/listItems.ts";
import { bindingsNamed, defines, type WrittenBinding } from "../modules/writtenBindings.ts";

/** A string that is written in a text, with its quotes. */
export interface WrittenText {
  readonly text: string;
  readonly place: Span;
}

/** What a text sets about signatures, regardless of what kind of file it is. */
export interface SignatureDeclarations {
  /** Public keys that Nix is to trust. A string may contain several, separated by spaces. */
  readonly publicKeys: readonly WrittenText[];
  /** Values with which Nix accepts paths without a signature. */
  readonly unchecked: readonly Span[];
}

const keyOptions = [
  ["nix", "settings", "trusted-public-keys"],
  ["nix", "settings", "extra-trusted-public-keys"],
  ["nix", "binaryCachePublicKeys"],
  // Those of a Morph network, which are strings, and of a flake.
  ["nixConfig", "trusted-public-keys"],
  ["nixConfig", "extra-trusted-public-keys"],
] as const;

const requireOptions = [
  ["nix", "settings", "require-sigs"],
  ["nix", "requireBinaryCacheSignatures"],
  ["nixConfig", "require-sigs"],
] as const;

/** For one text: about 20 ms. */
const limits = { steps: 50_000, depth: 300, made: 1_000_000 };

/** What a text sets about signatures, as far as it determines that without the files that it imports. */
export function signatureDeclarations(document: NixDocument): SignatureDeclarations {
  const evaluator = new Evaluator(noSources, limits);
  return {
    publicKeys: bindingsOf(document, keyOptions).flatMap(({ value }) => textsIn(document, value, evaluator)),
    unchecked: bindingsOf(document, requireOptions).flatMap(({ value }) => {
      const isOff = isFalse(evaluator.budget.guard(() => evaluator.expression(document, value), { kind: "null" }));
      return isOff ? [{ start: value.startIndex, end: value.endIndex }] : [];
    }),
  };
}

function bindingsOf(document: NixDocument, options: readonly (readonly string[])[]): WrittenBinding[] {
  const names = new Set(options.flatMap(option => option.at(-1) ?? []));
  return [...names].flatMap(name =>
    bindingsNamed(document, name).filter(({ path }) => options.some(option => defines(path, option))),
  );
}

function textsIn(document: NixDocument, node: WrittenBinding["value"], evaluator: Evaluator): WrittenText[] {
  const whole = evaluator.budget.guard(() => evaluator.expression(document, node), { kind: "null" });
  const values =
    whole.kind === "string" ? [whole] : knownItems(document, node, evaluator).items.map(({ value }) => value);
  return values.flatMap(value => {
    if (value.kind !== "string" || value.origin?.document !== document) return [];
    const { start, end } = value.origin;
    return [{ text: value.text, place: { start, end } }];
  });
}

/** `false`, `"false"`, and both with a priority such as `lib.mkForce false`. */
function isFalse(value: Value): boolean {
  if (value.kind === "bool") return !value.value;
  if (value.kind === "string") return value.text === "false";
  const content = value.kind === "set" && value.attributes.has("_type") ? select(value, "content") : undefined;
  return content?.kind === "bool" && !content.value;
}
