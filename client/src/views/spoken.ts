/** Screen readers read a row's name with each step through the list, so it stays shorter than this (UTF-16 units). */
export const longestSpoken = 200;

/** The part of a name that is always spoken (UTF-16 units). */
const shortestName = 40;

/** The longest other part (UTF-16 units), such as the name of a builder. */
const longestDetail = 60;

/**
 * The name of a row for screen readers, its state first: `failed, eiffel, 3 of 10, 12 s`.
 *
 * @param description of the row: the parts, joined by ` · `, of which the first is its state.
 */
export function spokenRow(label: string, description = ""): string {
  const [state = "", ...details] = description.split(" · ");
  return spokenName(state, label, details);
}

/**
 * The same from its parts. Without a state it is empty. A name that is too long is shortened in its middle, where names differ
 * least.
 */
export function spokenName(state: string, name: string, descriptions: readonly string[] = []): string {
  const details = descriptions.flatMap(each => each.split(" · ")).map(each => shortened(each, longestDetail));
  const others = [state, ...details].reduce((length, part) => length + part.length + 2, 0);
  const short = shortened(name, Math.max(shortestName, longestSpoken - 1 - others));
  const text = [state, short, ...details].filter(part => part !== "").join(", ");
  return text.length < longestSpoken ? text : `${text.slice(0, longestSpoken - 2)}…`;
}

function shortened(name: string, length: number): string {
  if (name.length <= length) return name;
  const end = Math.floor((length - 1) / 2);
  return `${name.slice(0, length - 1 - end)}…${name.slice(-end)}`;
}
