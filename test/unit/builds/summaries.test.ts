import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { BuildSummaries } from "../../../server/src/builds/summaries.ts";
import type { BuildDelta, BuildSummary } from "../../../server/src/protocol.ts";
import { networkUri, someBuild } from "../../support/features.ts";

const [old, changed] = ["0123456789abcdef", "fedcba9876543210"];

function published(...builds: readonly BuildSummary[]): { summaries: BuildSummaries; deltas: BuildDelta[] } {
  const deltas: BuildDelta[] = [];
  const summaries = new BuildSummaries(delta => deltas.push(delta));
  for (const build of builds) summaries.publish(build);
  return { summaries, deltas };
}

describe("a build is outdated", () => {
  it("while the text of its network differs from the one that it was evaluated from", () => {
    const { summaries } = published(someBuild({ id: "1", stamp: old }), someBuild({ id: "2", stamp: changed }));
    assert.deepEqual(summaries.setText(networkUri, `${old} and more`), {
      uri: networkUri,
      outdated: ["2"],
      current: [],
    });
    assert.deepEqual(summaries.setText(networkUri, changed), { uri: networkUri, outdated: ["1"], current: ["2"] });
    assert.equal(summaries.get("1")?.outdated, true);
    assert.ok(!("outdated" in (summaries.get("2") ?? {})));
  });

  it("as soon as it is published, whatever its record says", () => {
    const { summaries, deltas } = published();
    summaries.setText(networkUri, changed);
    summaries.publish(someBuild({ id: "1", stamp: old }));
    summaries.publish(someBuild({ id: "2", stamp: changed, outdated: true }));
    assert.deepEqual(
      deltas.map(({ summary }) => summary.outdated),
      [true, undefined],
    );
  });

  it("unless the text is unchanged, which is not published", () => {
    const { summaries } = published(someBuild({ id: "1", stamp: old }));
    assert.equal(summaries.setText(networkUri, old), undefined);
    summaries.setText(networkUri, changed);
    assert.equal(summaries.setText(networkUri, changed), undefined);
  });

  it("unless one of the texts is unknown", () => {
    const { summaries } = published(someBuild({ id: "1" }), someBuild({ id: "2", stamp: old }));
    assert.equal(summaries.setText("file:///elsewhere/network.nix", changed), undefined);
    assert.deepEqual(summaries.setText(networkUri, changed)?.outdated, ["2"]);
    assert.deepEqual(summaries.setText(networkUri, undefined)?.current, ["2"]);
  });
});

describe("the newest build of a machine", () => {
  const [first, second] = [someBuild({ id: "1" }), someBuild({ id: "2" })];
  const others = [
    someBuild({ id: "3", machine: "web01" }),
    someBuild({ id: "4", uri: "file:///x" }),
    someBuild({ id: "5", attribute: "system.build.vm" }),
  ];

  it("is that of its system with the greatest id, in whatever order they are found", () => {
    const { summaries } = published(second, ...others, first);
    assert.equal(summaries.newest(networkUri, "eiffel")?.id, "2");
    assert.equal(summaries.newest(networkUri, "web01")?.id, "3");
    assert.equal(summaries.newest(networkUri, "db01"), undefined);
  });

  it("is an earlier one once it was removed", () => {
    const { summaries } = published(second, ...others, first);
    summaries.remove("2");
    assert.equal(summaries.newest(networkUri, "eiffel")?.id, "1");
    summaries.remove("1");
    assert.equal(summaries.newest(networkUri, "eiffel"), undefined);
  });
});
