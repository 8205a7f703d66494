import type {
  AddedMachine,
  Machine,
  MachineSystem,
  Network,
  NetworkChange,
  NetworkFacts,
  Problem,
} from "../protocol.ts";

/** What leads from one reading of a network to another. */
export type NetworkDelta = Pick<NetworkChange, "added" | "changed" | "removed" | "facts">;

/**
 * What a view must know that is another now; undefined when only places have moved. Machines that have changed their order, which
 * moving text does, are taken out and put in again.
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

/** The names that both have, as far as one follows the other in both. */
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

/** Facts without their places in the text, as a text. */
function comparable({ problems, ...facts }: NetworkFacts): string {
  return JSON.stringify({ ...facts, problems: problems.map(withoutPlace) });
}

function withoutPlace({ location, ...problem }: Problem) {
  return { ...problem, file: location?.uri };
}

type Same<T> = (a: T, b: T) => boolean;

const isSame: Same<unknown> = (a, b) => a === b;

/** Every field but places: a new one does not compile before it is here. */
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
