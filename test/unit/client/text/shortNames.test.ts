import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shortNames } from "../../../../client/src/text/shortNames.ts";

const max = 20;

/** Sibling names -> how they are shown. */
const cases: Record<string, readonly (readonly [name: string, shown: string])[]> = {
  "short names stay": [
    ["eiffel", "eiffel"],
    ["web01.example.com.au", "web01.example.com.au"],
  ],
  "a single long name loses words in its middle": [["frontend-production-berlin-01", "frontend…berlin-01"]],
  "names that differ at the end keep their end": [
    ["frontend-production-berlin-01", "frontend…berlin-01"],
    ["frontend-production-berlin-02", "frontend…berlin-02"],
  ],
  "what is common at the end goes first": [
    ["web-01.eu.example.com", "web-01.eu.example…"],
    ["web-02.eu.example.com", "web-02.eu.example…"],
  ],
  "what differs between a long start and a long end has a gap on both sides": [
    ["production-cluster-a1.internal.example.com", "production…a1…"],
    ["production-cluster-b2.internal.example.com", "production…b2…"],
  ],
  "words that differ, of which there are too many, lose their middle, too": [
    ["frontend-production-berlin-01.infra.example.com", "frontend…berlin-01…"],
    ["database-production-berlin-02.infra.example.com", "database…berlin-02…"],
    ["monitoring-production-frankfurt-01.infra.example.com", "monitoring…01…"],
  ],
  "names that are the same at both ends have their gap elsewhere": [
    ["web-one-two-three-four-five", "web-one…three-four…"],
    ["web-one-two-six-four-five", "web-one…six-four…"],
    ["web-one-two-seven-eight-five", "web-one…seven-eight…"],
  ],
  "a name without words is cut in its middle": [["abcdefghijklmnopqrstuvwxyz", "abcdefghi…qrstuvwxyz"]],
  "a short name that looks like a shortened one is no reason to mistake it": [
    ["frontend…berlin-01", "frontend…berlin-01"],
    ["frontend-production-berlin-01", "frontend-…-berlin-01"],
  ],
  "the same name twice is shortened like any other": [
    ["frontend-production-berlin-01", "frontend…berlin-01"],
    ["frontend-production-berlin-01", "frontend…berlin-01"],
  ],
  "characters are not split": [[`${"🗼".repeat(30)}`, `${"🗼".repeat(9)}…${"🗼".repeat(10)}`]],
};

for (const [what, names] of Object.entries(cases)) {
  test(what, () => {
    const short = shortNames(
      names.map(([name]) => name),
      max,
    );
    assert.deepEqual(
      names.map(([name]) => short.get(name) ?? name),
      names.map(([, shown]) => shown),
    );
  });
}

test("different names are shown differently, and none grows", () => {
  const name = fc
    .tuple(
      fc.constantFrom("production-", "prod", ""),
      fc.string({ maxLength: 30 }),
      fc.constantFrom(".example.com", ""),
    )
    .map(parts => parts.join(""));
  fc.assert(
    fc.property(fc.uniqueArray(name), names => {
      const short = shortNames(names, max);
      const shown = names.map(each => short.get(each) ?? each);
      assert.equal(new Set(shown).size, names.length);
      for (const each of short.values()) assert.ok([...each].length <= max);
    }),
  );
});
