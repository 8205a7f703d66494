import type { Command } from "vscode-languageserver-types";
import type { Builder, Problem } from "../../protocol.ts";
import type { EventState, FollowedDerivation, StreamError } from "../eventState.ts";
import type { Asked, BuildResult } from "../record.ts";
import { nameOfStorePath } from "../storePath.ts";

/** Everything that is known of a build that failed. */
export interface FailedBuild {
  readonly state: EventState;
  readonly result: BuildResult;
  /** Empty while they are not known. */
  readonly builders: readonly Builder[];
  /** What the machine is built for, if that is known. */
  readonly system?: string | undefined;
  readonly request: Asked;
}

/** Recognises one cause, or none. */
export type Explain = (failed: FailedBuild) => Problem | undefined;

/** The derivation that failed first and not for its dependencies. */
export interface FailingDerivation {
  readonly derivation: FollowedDerivation;
  readonly name: string;
  /** What Nix said of it, first to last: of a remote build the builder's own words come first. */
  readonly errors: readonly StreamError[];
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
  const named = state.errors.filter(({ drvPath }) => drvPath === derivation.drvPath);
  // Some errors do not say of which derivation they are, and then no other does.
  const errors =
    named.length > 0 ? named : state.errors.filter(error => error.drvPath === undefined && !isWarning(error));
  return { derivation, name: nameOfStorePath(derivation.drvPath), errors };
}

/** Warnings are among the errors when they tell why the build fails later. */
export function isWarning({ text }: StreamError): boolean {
  return /^(?:warning:|Failed to find a machine)/.test(text);
}
