import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { arrows, folderSizes, importCircle, importGraph } from "../support/importGraph.ts";

// Which room of the client may import which. docs/architecture.md says what each is for.

const root = path.resolve(import.meta.dirname, "../../client/src");

/** Room of the client, or one of its files outside all rooms -> what it may import of ours, from the lowest floor up. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "languageServer.ts": [],
  "itemWords.ts": [],
  "manifest.ts": ["itemWords.ts"],
  "targets.ts": [],
  util: [],
  "registry.ts": ["manifest.ts", "targets.ts"],
  text: [],
  problems: ["manifest.ts"],
  session: ["languageServer.ts", "manifest.ts"],
  builders: ["languageServer.ts", "manifest.ts", "registry.ts", "targets.ts", "text", "util"],
  machines: ["languageServer.ts", "manifest.ts", "registry.ts", "util"],
  builds: ["languageServer.ts", "manifest.ts", "registry.ts", "text", "util"],
  logs: ["languageServer.ts", "manifest.ts", "builds", "util"],
  buildMachine: ["manifest.ts"],
  pages: ["problems"],
  hydra: ["languageServer.ts", "manifest.ts", "pages", "problems", "util"],
  failures: ["manifest.ts", "builds", "pages", "problems"],
  signatures: ["manifest.ts", "builds", "pages", "problems"],
  jobsets: ["manifest.ts", "pages", "problems"],
  timeline: ["languageServer.ts", "builders", "builds", "logs", "problems", "util"],
  operations: ["languageServer.ts", "manifest.ts", "registry.ts", "targets.ts", "builds", "machines", "problems"],
  "context.ts": [
    "buildMachine",
    "builders",
    "builds",
    "hydra",
    "jobsets",
    "logs",
    "machines",
    "operations",
    "session",
    "timeline",
  ],
  commands: [
    "context.ts",
    "manifest.ts",
    "registry.ts",
    "targets.ts",
    "buildMachine",
    "builders",
    "builds",
    "hydra",
    "jobsets",
    "logs",
    "machines",
    "operations",
    "problems",
    "signatures",
    "text",
    "util",
  ],
  views: ["manifest.ts", "failures", "logs", "problems", "signatures", "util"],
  "views/machines": ["manifest.ts", "registry.ts", "builds", "hydra", "machines", "problems", "text", "util", "views"],
  "views/builders": ["manifest.ts", "builders", "builds", "problems", "text", "util", "views"],
  "views/builds": ["languageServer.ts", "manifest.ts", "registry.ts", "builds", "problems", "text", "util", "views"],
  "views/status": ["manifest.ts", "registry.ts", "builds", "machines", "problems", "session", "text", "util"],
  notices: ["manifest.ts", "registry.ts", "builds", "failures", "hydra", "problems", "session", "views/builds"],
  "api.ts": [
    "builders",
    "builds",
    "hydra",
    "logs",
    "machines",
    "session",
    "views/builders",
    "views/builds",
    "views/machines",
    "views/status",
  ],
  "extension.ts": [
    "api.ts",
    "buildMachine",
    "builders",
    "builds",
    "commands",
    "failures",
    "hydra",
    "jobsets",
    "logs",
    "machines",
    "notices",
    "operations",
    "session",
    "signatures",
    "timeline",
    "views/builders",
    "views/builds",
    "views/machines",
    "views/status",
  ],
};

/** What is independent of VS Code: it is tested without it. Folders end in `/`. */
const pure = [
  "itemWords.ts",
  "manifest.ts",
  "targets.ts",
  "text/",
  "builders/declared.ts",
  "builders/icons.ts",
  "builders/originText.ts",
  "builders/problems.ts",
  "builders/state.ts",
  "builders/stateText.ts",
  "builders/systemText.ts",
  "builders/text.ts",
  "buildMachine/answers.ts",
  "buildMachine/hostQuestions.ts",
  "buildMachine/keyQuestions.ts",
  "buildMachine/question.ts",
  "buildMachine/serviceQuestions.ts",
  "hydra/connectionText.ts",
  "builds/arrangement/",
  "builds/batches.ts",
  "builds/batchText.ts",
  "builds/hydra.ts",
  "builds/counts.ts",
  "builds/details.ts",
  "builds/filter.ts",
  "builds/icons.ts",
  "builds/model.ts",
  "builds/rebuildReasons.ts",
  "builds/signatures/",
  "builds/started.ts",
  "builds/state.ts",
  "builds/text.ts",
  "builds/transfers.ts",
  "failures/failurePage.ts",
  "hydra/comparisonPage.ts",
  "hydra/comparisonText.ts",
  "hydra/newlyFailing.ts",
  "hydra/text.ts",
  "jobsets/jobsetPage.ts",
  "pages/page.ts",
  "signatures/exportedReport.ts",
  "timeline/criticalPath.ts",
  "timeline/drawing.ts",
  "timeline/lanes.ts",
  "timeline/messages.ts",
  "timeline/page.ts",
  "timeline/svg.ts",
  "timeline/texts.ts",
  "timeline/timeline.ts",
  "signatures/signaturePage.ts",
  "logs/emptyLog.ts",
  "logs/linesOf.ts",
  "logs/logText.ts",
  "logs/mentions.ts",
  "logs/openLog.ts",
  "logs/outline.ts",
  "logs/pace.ts",
  "logs/quotedLine.ts",
  "logs/colours/lineRanges.ts",
  "logs/colours/palette.ts",
  "logs/colours/sgr.ts",
  "logs/colours/style.ts",
  "machines/changes.ts",
  "machines/evaluations.ts",
  "machines/groups.ts",
  "machines/machineAt.ts",
  "machines/tags.ts",
  "machines/text.ts",
  "problems/fixes.ts",
  "problems/problem.ts",
  "session/crashPolicy.ts",
  "session/recentLines.ts",
  "views/keptRows.ts",
  "views/rowItem.ts",
  "views/spoken.ts",
  "views/builders/rows/",
  "views/builders/topRows.ts",
  "views/builds/badge.ts",
  "views/builds/openRows.ts",
  "views/builds/row/",
  "views/builds/rows/",
  "views/builds/topRows.ts",
  "views/shownRows.ts",
  "views/builds/watching.ts",
  "views/machines/rows/",
  "views/status/statusHover.ts",
  "views/status/statusMenu.ts",
  "views/status/statusText.ts",
];

/** No folder has more files: with more, it holds more than one idea. */
const maxFiles = 15;

/** No file is longer. */
const maxLines = 190;

const { files, imports, inside, read } = importGraph(root);

/** `views/builds` for `views/builds/rows/build.ts`, `logs` for `logs/colours/sgr.ts`, `api.ts` for a file of no room. */
function roomOf(file: string): string {
  const [first = "", second, third] = file.split("/");
  return first === "views" && third !== undefined ? `${first}/${second}` : first;
}

test("the imports are found, and each of ours is a file", () => {
  assert.ok(files.length > 100 && inside.length > 300);
  const outside = imports.filter(({ to }) => !files.includes(to) && to.endsWith(".ts") && !to.startsWith(".."));
  assert.deepEqual(arrows(outside), []);
});

test("every room is in the table", () => {
  assert.deepEqual([...new Set(files.map(roomOf))].toSorted(), Object.keys(allowed).toSorted());
});

for (const [room, targets] of Object.entries(allowed)) {
  test(`the client's ${room} imports ${targets.length === 0 ? "nothing" : `only ${targets.join(", ")}`} of ours`, () => {
    const own = inside.filter(({ from, to }) => roomOf(from) === room && roomOf(to) !== room);
    assert.deepEqual(arrows(own.filter(({ to }) => !targets.includes(roomOf(to)))), []);
    const used = new Set(own.map(({ to }) => roomOf(to)));
    assert.deepEqual(
      targets.filter(target => !used.has(target)),
      [],
      "the table allows what nobody needs",
    );
  });
}

test("the table has each room above those that it imports", () => {
  const order = Object.keys(allowed);
  for (const [room, targets] of Object.entries(allowed))
    for (const target of targets) assert.ok(order.indexOf(target) < order.indexOf(room), `${room} -> ${target}`);
});

test("no files and no folders import each other in a circle, be it for a type", () => {
  assert.equal(importCircle(inside), undefined);
  assert.equal(
    importCircle(inside, file => (file.includes("/") ? path.posix.dirname(file) : file)),
    undefined,
  );
});

test("what is tested without VS Code knows none, and nothing that does", () => {
  const isPure = (file: string) => pure.some(each => (each.endsWith("/") ? file.startsWith(each) : file === each));
  for (const each of pure)
    assert.ok(
      files.some(file => file.startsWith(each)),
      each,
    );
  const others = imports.filter(
    ({ from, to, isType }) =>
      isPure(from) &&
      !isType &&
      (files.includes(to) ? !isPure(to) : !/^(?:\.\.\/){2}server\/src\/(?:protocol\.ts$|common\/)/.test(to)),
  );
  assert.deepEqual(arrows(others), []);
});

test("no folder holds more than one idea, and no file is a hall", () => {
  assert.deepEqual(
    [...folderSizes(files)].filter(([, count]) => count > maxFiles),
    [],
  );
  assert.deepEqual(
    files.filter(file => read(file).split("\n").length > maxLines),
    [],
  );
});
