import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { shortNames } from "../../../../client/src/machines/shortNames.ts";

const max = 16;

/** Names below each other -> how they are shown. */
const cases: Record<string, readonly (readonly [name: string, shown: string])[]> = {
  "short names stay": [
    ["eiffel", "eiffel"],
    ["web01.example.co", "web01.example.co"],
  ],
  "a single long name loses its middle": [["frontend-production-berlin", "fronten…n-berlin"]],
  "names that differ at the end keep their end": [
    ["frontend-production-berlin-01", "fronten…erlin-01"],
    ["frontend-production-berlin-02", "fronten…erlin-02"],
  ],
  "names that differ before a common domain keep what differs": [
    ["web-01.eu.example.com", "web-01.…mple.com"],
    ["web-02.eu.example.com", "web-02.…mple.com"],
  ],
  "what differs late, before a long domain, moves the gap": [
    ["production-web-1.example.com", "pr…1.example.com"],
    ["production-web-2.example.com", "pr…2.example.com"],
  ],
  "what differs between a long start and a long end has a gap on both sides": [
    ["production-cluster-a1.internal.example.com", "prod…a1…com"],
    ["production-cluster-b2.internal.example.com", "prod…b2…com"],
  ],
  "a short name that looks like a shortened one is no reason to mistake it": [
    ["fronten…n-berlin", "fronten…n-berlin"],
    ["frontend-production-berlin", "frontend-production-berlin"],
  ],
  "the same name twice is shortened like any other": [
    ["frontend-production-berlin", "fronten…n-berlin"],
    ["frontend-production-berlin", "fronten…n-berlin"],
  ],
  "characters are not split": [["🗼🗼🗼🗼🗼🗼🗼🗼🗼🗼🗼🗼🗼🗼🗼🗼🗼🗼", "🗼🗼🗼🗼🗼🗼🗼…🗼🗼🗼🗼🗼🗼🗼🗼"]],
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
