import type { BuilderText } from "../features/checks/builders.ts";
import type { SignatureText } from "../features/checks/signatures.ts";
import type { BuilderDeclarations } from "../network/builders/declared.ts";
import { mayDeclareBuildersIn } from "../network/builders/written.ts";
import { signatureDeclarations } from "../network/signatures/declared.ts";
import { cacheOwners, maySetSignatures } from "../network/signatures/written.ts";
import type { Network } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import type { DeclaredBuilders } from "../workspace/declaredBuilders.ts";
import { builderReader, signatureReader } from "../workspace/machineFacts.ts";
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
  const { buildMachines, emulatedSystems, distributedBuilds } = declarations;
  const names = [...buildMachines, ...emulatedSystems, ...distributedBuilds].map(({ path: [name] }) => name);
  const owners = ownersAmong(names, networks.get(document.uri));
  return { declarations, machines: networks.machineFacts(document.uri, builderReader, owners) };
}

function declaresAny({ buildMachines, emulatedSystems }: BuilderDeclarations): boolean {
  return buildMachines.length + emulatedSystems.length > 0;
}

/** What an open document sets about caches and signatures, and what the machines that use it set; undefined if it sets nothing. */
export function signatureText({ networks }: Pick<Rooms, "networks">, document: NixDocument): SignatureText | undefined {
  if (!maySetSignatures(document)) return undefined;
  const names = cacheOwners(document);
  const owners = names && ownersAmong([...names], networks.get(document.uri));
  const machines = names?.size === 0 ? [] : networks.machineFacts(document.uri, signatureReader, owners);
  return { declarations: signatureDeclarations(document), machines };
}

/** The machines of a network in whose text something is set; undefined: it may be any machine, as in `defaults`. */
function ownersAmong(
  owners: readonly (string | undefined)[],
  network: Network | undefined,
): ReadonlySet<string> | undefined {
  const names = new Set(network?.machines.map(({ name }) => name));
  return owners.every(name => name !== undefined && names.has(name))
    ? new Set(owners.flatMap(name => name ?? []))
    : undefined;
}
