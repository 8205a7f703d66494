import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { batchesOf } from "../../../../client/src/builds/batches.ts";
import { WarningNotices, warnedBy } from "../../../../client/src/notices/warningNotices.ts";
import type { BuildSummary, Problem } from "../../../../server/src/protocol.ts";
import { aBuild, english } from "../samples.ts";

const warning = (message: string): Problem => ({ code: message, severity: "warning", message });
const long = warning("linux may take hours.");
const space = warning("The disk may become full.");

/** The notices on screen after each update of a build that this window has started. */
function screens(...looks: readonly (Partial<BuildSummary> | undefined)[]): string[] {
  const screen = new Map<number, string>();
  let count = 0;
  const notices = new WarningNotices(({ title, text }) => {
    const number = count++;
    const show = (shown: string) => screen.set(number, `${title}: ${shown}`);
    show(text);
    return { update: show, close: () => screen.delete(number) };
  });
  return looks.map(differences => {
    const builds = differences === undefined ? [] : [aBuild(differences)];
    notices.look(warnedBy(builds, () => undefined, english));
    return [...screen.values()].join(" / ");
  });
}

describe("the warnings of a build", () => {
  const cases: Record<string, readonly [looks: readonly (Partial<BuildSummary> | undefined)[], shown: string[]]> = {
    "are shown while it runs, and gone when it has ended": [
      [{}, { warnings: [long] }, { warnings: [long] }, { state: "succeeded" }],
      ["", "eiffel: linux may take hours.", "eiffel: linux may take hours.", ""],
    ],
    "are gone when they are true no longer, though it goes on": [
      [{ warnings: [long] }, {}],
      ["eiffel: linux may take hours.", ""],
    ],
    "are gone with it when it is removed": [
      [{ warnings: [long] }, undefined],
      ["eiffel: linux may take hours.", ""],
    ],
    "are only those that are true still": [
      [{ warnings: [long, space] }, { warnings: [space] }],
      ["eiffel: linux may take hours. The disk may become full.", "eiffel: The disk may become full."],
    ],
    "are shown once": [
      [{ warnings: [long] }, {}, { warnings: [long] }],
      ["eiffel: linux may take hours.", "", ""],
    ],
  };
  for (const [name, [looks, shown]] of Object.entries(cases))
    it(name, () => assert.deepEqual(screens(...looks), shown));

  it("of a batch are one notice, which names the first and how many there are", () => {
    const batch = { id: "all", kind: "all", size: 2 } as const;
    const builds = ["a", "b"].map((id, position) =>
      aBuild({ id, machine: id, batch: { ...batch, position }, warnings: [long] }),
    );
    const batches = batchesOf(builds);
    const [notice, ...others] = warnedBy(builds, id => batches.get(id), english);
    assert.deepEqual(others, []);
    assert.deepEqual(notice, {
      id: "all",
      title: "All machines",
      text: "2 builds have warnings. The first: linux may take hours.",
    });
  });

  it("are gone when the window closes", () => {
    let closed = 0;
    const notices = new WarningNotices(() => ({ update: () => {}, close: () => closed++ }));
    notices.look(warnedBy([aBuild({ warnings: [long] })], () => undefined, english));
    notices.dispose();
    assert.equal(closed, 1);
  });
});
