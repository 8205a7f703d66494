import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { batchesOf } from "../../../../client/src/builds/batches.ts";
import { buildersBySystem, hoverCommands, statusHover } from "../../../../client/src/views/status/statusHover.ts";
import { withoutMarkdown } from "../../../../server/src/common/markdown.ts";
import { builder } from "../../../support/builders.ts";
import { aBuild, aStatus, english } from "../samples.ts";

describe("the hover of the status bar item", () => {
  const hover = (differences: Parameters<typeof aStatus>[0]) => statusHover(aStatus(differences), english);
  const lines = (text: string) => withoutMarkdown(text).split(/\s*\n+/);

  it("says which Nix, Morph and evaluator are used", () => {
    const text = lines(hover({}));
    for (const line of ["Nix: 2.34.8 · x86_64-linux", "Morph: not on PATH", "Evaluator: found at each evaluation"])
      assert.ok(text.includes(line), `${line} is not in ${text.join(" | ")}`);
    const chosen = { builders: [], morph: "/bin/morph", evaluator: { path: "/e.nix", origin: "setting" } as const };
    const second = lines(hover({ toolchain: chosen }));
    for (const line of ["Nix: not found", "Morph: /bin/morph", "Evaluator: /e.nix"])
      assert.ok(second.includes(line), line);
  });

  it("lists the builders of each system, and how they build it", () => {
    const arm = "aarch64-linux";
    const builders = [
      builder("local", { "x86_64-linux": "native", [arm]: "emulated", "riscv64-linux": "impossible" }),
      builder("ssh-ng://root@attic", { [arm]: "native" }),
    ];
    assert.deepEqual(buildersBySystem(builders, english), [
      ["x86_64-linux", ["this machine"]],
      [arm, ["this machine (emulated)", "attic"]],
    ]);
  });

  it("lists what runs, each with a link to its log, and counts the rest", () => {
    const builds = Array.from({ length: 9 }, (_, index) => aBuild({ id: `b${index}`, machine: `m${index}` }));
    const text = hover({ builds: [...builds, aBuild({ id: "q", state: "queued" })] });
    assert.equal([...text.matchAll(/command:morph\.showLog\?/g)].length, 6);
    assert.match(text, /m0 7\/10/);
    assert.ok(text.includes(encodeURIComponent('[{"id":"b0"}]')));
    assert.match(text, /3 more are running/);
    assert.match(text, /1 queued/);
  });

  it("shows the warnings of a build below it, and what is evaluated", () => {
    const warnings = [{ code: "w", severity: "warning", message: "Takes hours." }] as const;
    const evaluations = [{ title: "Evaluating all machines", progress: "12 of 50" }];
    const text = lines(hover({ builds: [aBuild({ warnings })], evaluations }));
    assert.deepEqual(text.slice(1, 4), [
      "$(beaker) Evaluating all machines 12 of 50",
      "$(sync) eiffel 7/10 Show Log",
      "$(warning) Takes hours.",
    ]);
  });

  it("counts a batch with its failures", () => {
    const builds = ["failed", "building"].map((state, position) =>
      aBuild({ id: state, state: state as "failed", batch: { id: "b", kind: "all", size: 50, position } }),
    );
    assert.match(hover({ builds, batches: [...batchesOf(builds).values()] }), /1 of 50 builds done, 1 failed/);
  });

  it("says first what is wrong", () => {
    const text = lines(hover({ health: { state: "error", code: "no-nix", message: "Nix was not found." } }));
    assert.match(text[1] ?? "", /^\$\(error\) Nix was not found\. Show Actions$/);
    assert.match(
      lines(hover({ session: "stopped", health: undefined }))[1] ?? "",
      /The language server is not running/,
    );
    assert.match(hover({ isTrusted: false, toolchain: undefined }), /not trusted/);
  });

  it("links only to commands that it trusts", () => {
    const builds = [aBuild()];
    for (const text of [hover({ builds }), hover({ session: "stopped", health: undefined })])
      for (const [, command] of text.matchAll(/\(command:([\w.]+)/g))
        assert.ok((hoverCommands as readonly string[]).includes(command ?? ""), command);
  });

  it("shows a name with Markdown literally", () => {
    const text = hover({ builds: [aBuild({ machine: "[x](command:evil) $(zap)" })] });
    assert.doesNotMatch(text, /\(command:evil\)|(?<!\\)\$\(zap\)|\$\(zap/);
  });
});
