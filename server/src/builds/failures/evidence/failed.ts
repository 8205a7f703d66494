import * as l10n from "@vscode/l10n";
import type { Command } from "vscode-languageserver-types";
import { storeName } from "../../../common/storeName.ts";
import { nameOfStorePath } from "../../../common/storePath.ts";
import type { Builder, Problem } from "../../../protocol.ts";
import type { CommandResult } from "../../../records/format/schemas.ts";
import type { Asked } from "../../record/record.ts";
import { withoutQuoted } from "../../stream/errorText.ts";
import type { EventState, FollowedDerivation, StreamError } from "../../stream/eventState.ts";
import { type Ending, endingIn, isFromBuilder } from "./ending.ts";

/** Everything that is known about a failed build. */
export interface FailedBuild {
  readonly state: EventState;
  readonly result: CommandResult;
  /** Empty while they are unknown. */
  readonly builders: readonly Builder[];
  /** The system that the machine is built for, if known. */
  readonly system?: string | undefined;
  /** `id`: the build's, if it is recorded. */
  readonly request: Asked & { readonly id?: string | undefined };
}

/** Recognises one cause; undefined if the failure has another. */
export type Explain = (failed: FailedBuild) => Problem | undefined;

/** The first derivation that failed for a reason other than its dependencies. */
export interface FailingDerivation {
  readonly derivation: FollowedDerivation;
  readonly name: string;
  /** Nix's errors about it, oldest first: for a remote build, the builder's own come first. */
  readonly errors: readonly StreamError[];
  readonly ending: Ending;
}

/** A problem of a build. */
export function problemOf(code: string, message: string, detail?: string, fixes?: readonly Command[]): Problem {
  return { code, severity: "error", message, detail, ...(fixes !== undefined && { fixes }) };
}

/** The derivation that failed first, in the order of the stream. */
export function failingDerivation({ state }: FailedBuild): FailingDerivation | undefined {
  const hasFailed = (drvPath: string) => state.derivations.get(drvPath)?.state === "failed";
  const first = state.errors.find(({ drvPath }) => drvPath !== undefined && hasFailed(drvPath))?.drvPath;
  const derivation =
    state.derivations.get(first ?? "") ?? [...state.derivations.values()].find(each => each.state === "failed");
  if (derivation === undefined) return undefined;
  const { builder, drvPath } = derivation;
  const errors = errorsAbout(drvPath, state.errors, builder === undefined);
  return { derivation, name: nameOfStorePath(drvPath), errors, ending: endingIn(errors, builder) };
}

function errorsAbout(drvPath: string, errors: readonly StreamError[], isLocal: boolean): readonly StreamError[] {
  const named = errors.filter(error => error.drvPath === drvPath);
  // Some errors do not name their derivation; then no other error does.
  const about = named.length > 0 ? named : errors.filter(error => error.drvPath === undefined && !error.isWarning);
  // For local builds, Nix raises the error itself, unless a daemon builds.
  const own = about.filter(({ isOwn }) => isOwn);
  return isLocal && own.length > 0 ? own : about;
}

/**
 * The errors and warnings that may explain why a build failed. A message that was only passed on and names no derivation may come
 * from a derivation's log; it is ignored if the build process of the failed derivation ended on its own.
 */
export function errorsOf(failed: FailedBuild): readonly StreamError[] {
  const failing = failingDerivation(failed);
  const { errors } = failed.state;
  if (failing === undefined || !isFromBuilder(failing.ending)) return errors;
  const { drvPath: ended } = failing.derivation;
  const isCredible = ({ drvPath }: StreamError) => drvPath !== undefined && drvPath !== ended;
  return errors.filter(error => error.isOwn || failing.errors.includes(error) || isCredible(error));
}

/** Whether one of the errors matches outside of quotes, where names of files and derivations may contain anything. */
export function isSaid(errors: readonly StreamError[], pattern: RegExp): boolean {
  return errors.some(({ text }) => pattern.test(withoutQuoted(text)));
}

/** The display name of a builder with an address. */
export function builderName({ builders }: Pick<FailedBuild, "builders">, address: string): string {
  return builders.find(({ id }) => id === address)?.name ?? storeName(address);
}

/** The display name of the builder; undefined for this machine. */
export function placeOf(failed: FailedBuild, { derivation: { builder } }: FailingDerivation): string | undefined {
  return builder === undefined ? undefined : builderName(failed, builder);
}

/** The display name of a builder, by its address; undefined: this machine's. */
export function placeIn(failed: Pick<FailedBuild, "builders">, builder: string | undefined): string {
  return builder === undefined ? l10n.t("this machine") : builderName(failed, builder);
}
