import { candidatesFor } from "./builders/choose.ts";
import { codeLenses } from "./features/codeLens.ts";
import type { FeatureContext } from "./features/context.ts";
import { hover } from "./features/hover.ts";
import type { Session } from "./session.ts";

/** Answers standard LSP from memory. */
export function registerFeatures(session: Session): void {
  const { connection } = session;
  connection.onHover(({ textDocument, position }) => {
    const context = contextOf(session, textDocument.uri);
    return context === undefined ? null : hover(context, position);
  });
  connection.onCodeLens(({ textDocument }) => {
    const context = contextOf(session, textDocument.uri);
    return context === undefined ? [] : codeLenses(context);
  });
}

/** What the features may look at; undefined when the document is no network. */
function contextOf(session: Session, uri: string): FeatureContext | undefined {
  const network = session.network(uri);
  if (network === undefined) return undefined;
  const known = session.toolchain.known;
  return {
    network,
    localSystem: session.toolchain.config?.system,
    canBuild: system => known && candidatesFor(system, known.builders),
    running: machine => session.builds.running(uri, machine),
  };
}
