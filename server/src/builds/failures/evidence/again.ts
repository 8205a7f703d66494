import * as l10n from "@vscode/l10n";
import type { Command } from "vscode-languageserver-types";
import { clientCommands } from "../../../common/clientCommands.ts";
import type { Asked } from "../../record/record.ts";

/** The arguments with which the same build is requested again. */
export type Again = Pick<Asked, "uri" | "machine" | "attribute" | "place" | "detached" | "fetch" | "fromCache">;

/** The same output in the same place, in the same way. */
export function againOf({ uri, machine, attribute, place, detached, fetch, fromCache }: Again): Again {
  const how = { ...(detached && { detached }), ...(fetch && { fetch }), ...(fromCache && { fromCache }) };
  return { uri, machine, attribute, place, ...how };
}

/** What to do if a builder is out of reach: try it again, or build elsewhere. */
export function connectionFixes(request: Again): readonly Command[] {
  const { uri, machine, attribute } = request;
  return [
    { title: l10n.t("Retry"), command: clientCommands.retryBuild, arguments: [againOf(request)] },
    {
      title: l10n.t("Build on..."),
      command: clientCommands.buildMachineOn,
      arguments: [{ uri, machine, attribute }],
    },
  ];
}

/** A build in the store of a builder that continues there when the connection is lost. Empty if it is not reached over ssh. */
export function detachedFix({ uri, machine, attribute }: Again, builder: string, name: string): readonly Command[] {
  if (!/^ssh(?:-ng)?:\/\//.test(builder)) return [];
  const again: Again = { uri, machine, attribute, place: { kind: "store", store: builder }, detached: true };
  return [{ title: l10n.t("Build Detached on {0}", name), command: clientCommands.retryBuild, arguments: [again] }];
}
