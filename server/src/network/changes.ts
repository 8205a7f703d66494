import type {
  AddedMachine,
  Machine,
  MachineSystem,
  Network,
  NetworkChange,
  NetworkFacts,
  Problem,
} from "../protocol.ts";

/** The difference between two readings of a network. */
export type NetworkDelta = Pick<NetworkChange, "added" | "changed" | "removed" | "facts">;

/**
 * The changes that a view needs; undefined if only positions have moved. Machines that were reordered are removed and added
 * again.
 */
export function networkDelta(before: Network, now: Network): NetworkDelta | undefined {
  const known = new Map(before.machines.map(machine => [machine.name, machine]));
  const stays = inOrder(before, now);
  const added: AddedMachine[] = [];
  const changed: Machine[] = [];
  for (const [index, machine] of now.machines.entries()) {
    const earlier = stays.has(machine.name) ? known.get(machine.name) : undefined;
    if (earlier === undefined) added.push({ index, machine });
    else if (!isSameMachine(earlier, machine)) changed.push(machine);
  }
  const removed = before.machines.flatMap(({ name }) => (stays.has(name) ? [] : [name]));
  const facts = factsOf(now);
  const delta = {
    ...(added.length > 0 && { added }),
    ...(changed.length > 0 && { changed }),
    ...(removed.length > 0 && { removed }),
    ...(comparable(facts) !== comparable(factsOf(before)) && { facts }),
  };
  return Object.keys(delta).length === 0 ? undefined : delta;
}

/** The common names that are in the same order in both. */
function inOrder({ machines: before }: Network, { machines: now }: Network): ReadonlySet<string> {
  const places = new Map(before.map(({ name }, index) => [name, index]));
  const stays = new Set<string>();
  let last = -1;
  for (const { name } of now) {
    const place = places.get(name);
    if (place === undefined || place <= last) continue;
    stays.add(name);
    last = place;
  }
  return stays;
}

function factsOf({ description, orderingTags, complete, problems }: Network): NetworkFacts {
  return { description, orderingTags, complete, problems };
}

/** Facts as a string, without positions. */
function comparable({ problems, ...facts }: NetworkFacts): string {
  return JSON.stringify({ ...facts, problems: problems.map(withoutPlace) });
}

function withoutPlace({ location, ...problem }: Problem) {
  return { ...problem, file: location?.uri };
}

type Same<T> = (a: T, b: T) => boolean;

const isSame: Same<unknown> = (a, b) => a === b;

/** All fields except positions: the compiler requires an entry for each new field. */
const comparisons: { readonly [Field in Exclude<keyof Machine, "range" | "selectionRange">]-?: Same<Machine[Field]> } =
  {
    name: isSame,
    system: isSameSystem,
    buildSystem: isSameSystem,
    tags: (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b),
    targetHost: isSame,
    targetUser: isSame,
    targetPort: isSame,
    buildOnly: isSame,
    isPartlyRead: isSame,
    computed: isSame,
    evaluatorNote: isSame,
  };

const fields = Object.entries<Same<never>>(comparisons) as [keyof typeof comparisons, Same<unknown>][];

function isSameMachine(a: Machine, b: Machine): boolean {
  return a === b || fields.every(([field, same]) => same(a[field], b[field]));
}

function isSameSystem(a: MachineSystem | undefined, b: MachineSystem | undefined): boolean {
  if (a === b) return true;
  return (
    a?.value === b?.value &&
    a?.origin === b?.origin &&
    a?.stale === b?.stale &&
    a?.location?.uri === b?.location?.uri &&
    a?.overridden?.value === b?.overridden?.value &&
    a?.overridden?.by === b?.overridden?.by
  );
}
