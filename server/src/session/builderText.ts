import type { BuilderText } from "../features/checks/builders.ts";
import type { BuilderDeclarations } from "../network/builders/declared.ts";
import { mayDeclareBuildersIn } from "../network/builders/written.ts";
import type { Network } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import type { DeclaredBuilders } from "../workspace/declaredBuilders.ts";
import type { NetworkFiles } from "../workspace/networkFiles.ts";

/** The rooms that read what a text declares about builders. */
interface Rooms {
  readonly declared: DeclaredBuilders;
  readonly networks: NetworkFiles;
}

/**
 * What an open document declares about builders, and what the machines that use it set; undefined if it declares nothing, or has
 * changed meanwhile.
 */
export async function builderText(
  { declared, networks }: Rooms,
  document: NixDocument,
): Promise<BuilderText | undefined> {
  if (!mayDeclareBuildersIn(document)) return undefined;
  const declarations = await declared.declarationsIn(document);
  if (declarations === undefined || !declaresAny(declarations)) return undefined;
  const owners = ownersOf(declarations, networks.get(document.uri));
  return { declarations, machines: networks.builderFacts(document.uri, owners) };
}

function declaresAny({ buildMachines, emulatedSystems }: BuilderDeclarations): boolean {
  return buildMachines.length + emulatedSystems.length > 0;
}

/** The machines of a network in whose text something is declared; undefined: it may be any machine, as in `defaults`. */
function ownersOf(
  { buildMachines, emulatedSystems, distributedBuilds }: BuilderDeclarations,
  network: Network | undefined,
): ReadonlySet<string> | undefined {
  const names = new Set(network?.machines.map(({ name }) => name));
  const owners = [...buildMachines, ...emulatedSystems, ...distributedBuilds].map(({ path: [name] }) => name);
  return owners.every(name => name !== undefined && names.has(name))
    ? new Set(owners.flatMap(name => name ?? []))
    : undefined;
}
