// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { IncrementalNetwork } from "../../../server/src/network/incremental.ts";
import { readNetwork } from "../../../server/src/network/network.ts";
import type { Network } from "../../../server/src/protocol.ts";
import { noSources } from "../../../server/src/staticEvaluation/values/sources.ts";
import type { NixDocument } from "../../../server/src/syntax/document.ts";
import { stringText } from "../../../server/src/syntax/quoting.ts";
import { textAt } from "../../support/marked.ts";
import { nixDocument } from "../../support/nixDocument.ts";

// A network of machines with odd names is edited many times. Its tree is that of a document that was opened with the text, and
// every machine is found at its name.

/** Text other than ASCII: combining characters, characters outside the basic plane, half of one, unusual line ends. */
const oddUnits = fc.constantFrom("a", "Z", "-", " ", "é", "e\u0301", "😀", "👩‍💻", "\ud83d", "\udc00", "\u2028", "\t");
const oddText = (maxLength: number) => fc.string({ unit: oddUnits, maxLength });
const names = fc.oneof(
  oddText(6),
  fc.constantFrom("web01", "a'b", "or", "web.example.org", '"', "\\", "${x}", "$", "''"),
);

const systems = fc.constantFrom('"x86_64-linux"', "arm", '"märz😀"', "''aarch64-linux''");
const line = (ending: string) => fc.constantFrom("", " ", ending, ending + ending, `${ending}\t`);

/** One binding of a machine among others. */
interface Machine {
  readonly name: string;
  readonly before: string;
  readonly comment: string;
  readonly system: string;
  readonly after: string;
}

const machines = (ending: string): fc.Arbitrary<Machine> =>
  fc.record({ name: names, before: line(ending), comment: oddText(8), system: systems, after: line(ending) });

/** Adds, removes or replaces a machine among the others. */
interface Change {
  readonly kind: "put" | "take" | "write";
  readonly place: number;
  readonly machine: Machine;
}

const changes = (ending: string): fc.Arbitrary<Change> =>
  fc.record({ kind: fc.constantFrom("put", "put", "write", "take"), place: fc.nat(), machine: machines(ending) });

function textOf({ name, before, comment, system, after }: Machine, ending: string): string {
  const body = `{ /* ${comment} */${before}nixpkgs.system = ${system}; }`;
  return `${before}${stringText(name)} = ${body};${after}# ${comment}${ending}`;
}

const head = (ending: string) => `let${ending}  arm = "aarch64-linux"; # 😀${ending}in${ending}{${ending}`;

/** Applies a change to the document, like an editor, and returns its machines. */
function apply(document: NixDocument, known: readonly Machine[], change: Change, ending: string): Machine[] {
  const { kind, machine } = change;
  const place = change.place % (known.length + (kind === "put" ? 1 : 0) || 1);
  const from = known.slice(0, place).reduce((sum, each) => sum + textOf(each, ending).length, head(ending).length);
  const old = kind === "put" ? undefined : known[place];
  const isTaken = kind !== "take" && known.some(({ name }, at) => name === machine.name && (at !== place || !old));
  if (isTaken || (kind !== "put" && old === undefined)) return [...known];
  const next = kind === "take" ? [] : [machine];
  const text = next.map(each => textOf(each, ending)).join("");
  const range = document.rangeAt(from, from + (old === undefined ? 0 : textOf(old, ending).length));
  document.update([{ range, text }], document.version + 1);
  return known.toSpliced(place, old === undefined ? 0 : 1, ...next);
}

function assertIsAsKnown(document: NixDocument, network: Network, known: readonly Machine[]): void {
  const expected = known.map(({ name }) => [name, stringText(name)]);
  assert.deepEqual(
    network.machines.map(({ name, selectionRange }) => [name, textAt(document, selectionRange)]),
    expected,
  );
  assert.ok(network.complete);
  for (const { name, range } of network.machines) {
    const binding = textAt(document, range);
    assert.ok(binding.startsWith(`${stringText(name)} = {`) && binding.endsWith("};"), binding);
  }
}

for (const [named, ending] of [
  ["LF", "\n"],
  ["CRLF", "\r\n"],
] as const)
  test(`however a network with ${named} is edited, its tree is as if it were opened, and each name stands where it should`, () => {
    fc.assert(
      fc.property(fc.array(changes(ending), { minLength: 1, maxLength: 8 }), edits => {
        const document = nixDocument(`${head(ending)}}${ending}`);
        const reader = new IncrementalNetwork();
        let known: Machine[] = [];
        for (const edit of edits) {
          known = apply(document, known, edit, ending);
          const opened = nixDocument(document.text);
          assert.equal(document.root.hasError, false);
          assert.equal(document.root.toString(), opened.root.toString());
          opened.dispose();
          assertIsAsKnown(document, reader.read(document, noSources, true, true).network, known);
          assertIsAsKnown(document, readNetwork(document), known);
        }
        document.dispose();
      }),
      { numRuns: 60 },
    );
  });

/** Text that is not Nix, or only half of it. */
const oddPieces = fc.constantFrom(
  "\0",
  "\ufeff",
  "\ud83d",
  "\udc00",
  "e\u0301",
  "👩‍💻",
  "\r",
  "\r\n",
  '"',
  "''",
  "${",
  "}",
);

test("after any text is typed and removed again, the tree is the same as before", () => {
  const text = '{\r\n  "märz😀" = { x = "e\u0301"; };\r\n  b = { /* \ud83d */ };\r\n}\r\n';
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), oddPieces), { minLength: 1, maxLength: 6 }), typed => {
      const document = nixDocument(text);
      const before = document.root.toString();
      for (const [at, piece] of typed) {
        const start = at % (document.text.length + 1);
        const range = document.rangeAt(start, start);
        const from = document.offsetAt(range.start);
        const old = document.text;
        document.update([{ range, text: piece }], document.version + 1);
        // The typed text may become part of a line end, which no position can split: then the whole text is restored.
        const inserted = document.rangeAt(from, from + piece.length);
        const isWhole =
          document.offsetAt(inserted.end) === from + piece.length && document.offsetAt(inserted.start) === from;
        document.update([isWhole ? { range: inserted, text: "" } : { text: old }], document.version + 1);
        assert.equal(document.text, old);
        assert.equal(document.root.toString(), before);
      }
      assert.deepEqual(
        readNetwork(document).machines.map(({ name }) => name),
        ["märz😀", "b"],
      );
      document.dispose();
    }),
    { numRuns: 100 },
  );
});
