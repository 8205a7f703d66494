import * as l10n from "@vscode/l10n";
import type { Log } from "../logging/log.ts";
import type { IncrementalNetwork } from "../network/incremental.ts";
import { withLastGood } from "../network/lastGood.ts";
import { type Reading, unreadableReading } from "../network/machines.ts";
import { errorProblem } from "../outcome.ts";
import type { Network, Problem } from "../protocol.ts";
import type { Sources } from "../staticEvaluation/values/sources.ts";
import type { NixDocument } from "../syntax/document.ts";

/** What is known of a file before it is read again. */
export interface KnownFile {
  /** Whether it is a network, regardless of its text. */
  readonly isNetwork: boolean;
  /** The network when its text was last valid. */
  readonly good?: Network | undefined;
}

/**
 * Reads a text; with a syntax error, what was known of its machines before stays. Should reading ever throw, only this file is
 * affected, and it gets a problem.
 */
export function readOrNothing(
  log: Log,
  reader: IncrementalNetwork,
  document: NixDocument,
  sources: Sources,
  isEdited: boolean,
  { isNetwork, good }: KnownFile,
): Reading {
  try {
    const reading = reader.read(document, sources, isEdited, isNetwork);
    if (good === undefined || !document.root.hasError) return reading;
    return { ...reading, network: withLastGood(reading.network, good, document) };
  } catch (error) {
    log.error(`${document.uri} was not read`, error);
    const { network, ...reading } = unreadableReading(document.uri);
    return { ...reading, network: { ...network, problems: [notRead(document.uri)] } };
  }
}

function notRead(uri: string): Problem {
  const start = { line: 0, character: 0 };
  return {
    ...errorProblem(
      "not-read",
      l10n.t(
        "The machines of this file could not be read because of an internal error. See the output for details, and please report it.",
      ),
    ),
    location: { uri, range: { start, end: start } },
  };
}
