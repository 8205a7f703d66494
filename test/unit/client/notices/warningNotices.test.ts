import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { WarningNotices } from "../../../../client/src/notices/warningNotices.ts";
import type { BuildSummary, Problem } from "../../../../server/src/protocol.ts";
import { aBuild } from "../samples.ts";

const warning = (message: string): Problem => ({ code: message, severity: "warning", message });
const long = warning("linux may take hours.");
const space = warning("The disk may become full.");

/** The notices on screen after each update of a build that this window has started. */
function screens(...looks: readonly (Partial<BuildSummary> | undefined)[]): string[] {
  const screen = new Map<number, string>();
  let count = 0;
  const notices = new WarningNotices(({ machine }, text) => {
    const number = count++;
    const show = (shown: string) => screen.set(number, `${machine}: ${shown}`);
    show(text);
    return { update: show, close: () => screen.delete(number) };
  });
  return looks.map(differences => {
    const build = differences === undefined ? undefined : aBuild(differences);
    notices.look(() => build, ["b1"]);
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

  it("of builds that other windows started are not shown", () => {
    const notices = new WarningNotices(() => assert.fail("shown"));
    notices.look(() => aBuild({ warnings: [long] }), []);
  });

  it("are gone when the window closes", () => {
    let closed = 0;
    const notices = new WarningNotices(() => ({ update: () => {}, close: () => closed++ }));
    notices.look(() => aBuild({ warnings: [long] }), ["b1"]);
    notices.dispose();
    assert.equal(closed, 1);
  });
});
