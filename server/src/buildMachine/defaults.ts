import type { BuildMachineCandidate, BuildMachineDefaults, Network } from "../protocol.ts";

/** The machines that may become a build machine, in the order of the networks. */
export function candidates(networks: readonly Network[]): readonly BuildMachineCandidate[] {
  return networks.flatMap(({ uri, machines }) =>
    machines.map(({ name, system, targetHost, targetPort }) => ({
      uri,
      machine: name,
      system: system.value,
      host: targetHost,
      port: targetPort,
    })),
  );
}

/**
 * The systems that machines are built for, those of most machines first.
 *
 * @param isBuildable whether a builder can build for a system; undefined: unknown.
 */
export function systemsOf(
  networks: readonly Network[],
  isBuildable: (system: string) => boolean | undefined,
): BuildMachineDefaults["systems"] {
  const counts = new Map<string, number>();
  for (const { system, buildSystem } of networks.flatMap(({ machines }) => machines)) {
    const { value } = buildSystem ?? system;
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .toSorted(([a, first], [b, second]) => second - first || (a < b ? -1 : 1))
    .map(([system, machines]) => ({ system, isBuildable: isBuildable(system) ?? true, machines }));
}
