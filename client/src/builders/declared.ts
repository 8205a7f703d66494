import type { Builder } from "../../../server/src/protocol.ts";
import { isSameStore } from "./state.ts";

/**
 * The builders that Nix uses and those that files of the workspace declare. What is declared about a builder that Nix uses is among its
 * offers, not in effect.
 */
export function withDeclared(builders: readonly Builder[], declared: readonly Builder[]): readonly Builder[] {
  const of = (builder: Builder) => declared.filter(({ id }) => isSameStore(id, builder.id));
  const known = builders.map(builder => {
    const offers = of(builder).flatMap(each => each.offers);
    return offers.length === 0 ? builder : { ...builder, offers: [...builder.offers, ...offers] };
  });
  return [...known, ...declared.filter(({ id }) => !builders.some(builder => isSameStore(id, builder.id)))];
}
