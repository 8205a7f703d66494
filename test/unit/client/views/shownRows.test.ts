import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Now, ShownRows } from "../../../../client/src/views/shownRows.ts";

interface Row {
  readonly key: string;
  readonly id: string;
}

/** A tree of rows: key -> appearance and children. */
type Tree = Readonly<Record<string, readonly [look: string, below?: string]>>;

const build: Tree = {
  build: ["building", "runs waiting done"],
  runs: ["3 s", ""],
  waiting: ["2", "system"],
  system: ["planned", "etc"],
  etc: ["planned", ""],
  done: ["5", "hello"],
  hello: ["built", ""],
};

/** VS Code's side: it requests a row and everything that is expanded below it. */
class View {
  readonly shown = new ShownRows<Row>(({ id }) => id);
  readonly #rows = new Map<string, Row>();
  readonly #open: ReadonlySet<string>;
  tree: Tree;
  /** The rows on screen: key -> appearance and keys of the children. */
  readonly screen = new Map<string, string>();

  constructor(tree: Tree, open = Object.keys(tree)) {
    this.tree = tree;
    this.#open = new Set(open);
    this.draw(this.row("build"));
  }

  row(key: string): Row {
    const row = this.#rows.get(key) ?? { key, id: "b1" };
    this.#rows.set(key, row);
    return row;
  }

  now(): Now<Row> {
    return { look: ({ key }) => this.tree[key]?.[0] ?? "", below: ({ key }) => this.below(key) };
  }

  below(key: string): Row[] {
    return (this.tree[key]?.[1] ?? "")
      .split(" ")
      .filter(Boolean)
      .map(each => this.row(each));
  }

  draw(row: Row): void {
    const look = this.now().look(row);
    this.shown.gave(row, look);
    this.screen.set(row.key, look);
    if (!this.#open.has(row.key)) return;
    const below = this.below(row.key);
    this.shown.gaveBelow(row, below);
    for (const each of below) this.draw(each);
  }

  /** The keys of the rows that are refreshed when the tree changes. */
  become(changes: Tree): string[] {
    this.tree = { ...this.tree, ...changes };
    const changed = this.shown.changed(this.row("build"), this.now());
    for (const row of changed) this.draw(row);
    return changed.map(({ key }) => key);
  }
}

describe("the refreshed rows", () => {
  const cases: Record<string, readonly [changes: Tree, drawn: string[], open?: string[]]> = {
    "none, where nothing has changed": [{}, []],
    "one, where its time has gone on": [{ runs: ["4 s", ""] }, ["runs"]],
    "each that has changed, and not what is above them": [
      { runs: ["4 s", ""], hello: ["fetched", ""] },
      ["runs", "hello"],
    ],
    "the build, where its own text has changed": [{ build: ["building 2", "runs waiting done"] }, ["build"]],
    "the build, where a row comes": [{ build: ["building", "runs more waiting done"], more: ["1 s", ""] }, ["build"]],
    "the build, where rows change their order": [{ build: ["building", "waiting runs done"] }, ["build"]],
    "the row below which one goes": [{ waiting: ["2", ""] }, ["waiting"]],
    "the build, where a row moves from one to another": [
      { waiting: ["2", ""], done: ["5", "hello system"] },
      ["build"],
    ],
    "not what nobody has opened": [{ hello: ["fetched", ""] }, [], ["build", "waiting"]],
  };
  for (const [name, [changes, drawn, open]] of Object.entries(cases))
    it(`are ${name}`, () => assert.deepEqual(new View(build, open).become(changes), drawn));

  it("are all of them if VS Code may still have outdated ones", () => {
    const view = new View(build);
    view.shown.outdate(view.row("build"));
    assert.deepEqual(view.become({}), ["build"]);
    assert.deepEqual(view.become({}), []);
  });

  it("are none for a build that VS Code does not have", () => {
    const view = new View(build);
    view.shown.keepOnly(new Set());
    assert.deepEqual(view.become({ runs: ["4 s", ""] }), []);
  });

  it("leave nothing outdated on screen, for any change", () => {
    const look = fc.constantFrom("a", "b");
    const leaves = ["x", "y", "z"];
    const below = fc.subarray(leaves).chain(list => fc.shuffledSubarray(list, { minLength: list.length }));
    const trees = fc.record({
      looks: fc.array(look, { minLength: 6, maxLength: 6 }),
      left: below,
      own: fc.subarray(leaves),
    });
    fc.assert(
      fc.property(fc.array(trees, { maxLength: 6 }), steps => {
        const view = new View({ build: ["", "left right"], left: ["", ""], right: ["", ""] });
        for (const { looks, left, own } of steps) {
          const right = own.filter(key => !left.includes(key)).join(" ");
          const tree: Tree = {
            build: [looks[0] ?? "", "left right"],
            left: [looks[1] ?? "", left.join(" ")],
            right: [looks[2] ?? "", right],
            ...Object.fromEntries(leaves.map((key, index) => [key, [looks[index + 3] ?? "", ""] as const])),
          };
          view.become(tree);
          for (const key of ["build", "left", "right", ...left, ...right.split(" ").filter(Boolean)])
            assert.equal(view.screen.get(key), tree[key]?.[0], key);
        }
      }),
    );
  });
});
