import { bestFirst, type Choice } from "../../builders/choice.ts";
import { untrustedUser } from "../../builds/start/realisation.ts";
import type { Builder, BuilderChoice, BuilderId, Network, PlaceChoices } from "../../protocol.ts";
import { ignoresChoice } from "../../toolchain/ignored.ts";
import { choicesIn, systemOf } from "./builderChoice.ts";
import type { SessionContext } from "./context.ts";
import { hydraPlace } from "./hydraBuilds.ts";

/** Where a machine of a network can be built. @param builders in Nix's current settings. */
export async function placeChoices(
  session: SessionContext,
  network: Network,
  name: string,
  builders: readonly Builder[],
): Promise<PlaceChoices> {
  const { toolchain, builds } = session;
  const machine = network.machines.find(each => each.name === name);
  const choice = machine && choicesIn(session, network.uri)(machine);
  const expected = await builds.expectedOn(network.uri, name, builders);
  const isIgnored = ignoresChoice(toolchain.access);
  const rated: readonly BuilderChoice[] =
    choice === undefined ? builders.map(builder => ({ builder })) : bestFirst(choice.builders);
  return {
    builders: rated.map(each => ({
      ...each,
      refusal: isIgnored && each.builder.kind === "remote" ? untrustedUser() : undefined,
      expected: expected.get(each.builder.id),
    })),
    system: machine && systemOf(machine, toolchain.config?.system),
    caveats: choice?.caveats.map(({ message }) => message) ?? [],
    hydra: await hydraPlace(session, network.uri, name),
    leaveOut: choice === undefined || isIgnored ? [] : unusable(choice),
  };
}

/** The remote builders that Nix would ask although they refused it, or did not respond when they were checked. */
function unusable({ builders, caveats }: Choice): BuilderId[] {
  const refusing = caveats.flatMap(({ kind, builder }) => (kind === "refused" ? [builder] : []));
  const silent = builders.flatMap(({ builder, capability }) =>
    capability.can && builder.check?.reachable === false ? [builder] : [],
  );
  const remote = [...refusing, ...silent].filter(({ kind }) => kind === "remote");
  return [...new Set(remote.map(({ id }) => id))];
}
