import assert from "node:assert/strict";
import { test } from "node:test";
import { readNetwork } from "../../../server/src/network/network.ts";
import { nixDocument } from "../../support/nixDocument.ts";

/** text -> the names of the machines that are found, and whether they are complete. */
const cases: Record<string, { text: string; machines: string[]; complete?: boolean }> = {
  "functions, sets, paths and imports": {
    text: `{ a = { pkgs, ... }: { }; b = { imports = [ ]; }; c = ./c.nix; d = import ./d; e = _: { }; }`,
    machines: ["a", "b", "c", "d", "e"],
  },
  "quoted names": {
    text: `{ "web01.example.com" = { }; "10.0.0.2" = { }; "web 1\\".example" = { }; }`,
    machines: ["web01.example.com", "10.0.0.2", 'web 1".example'],
  },
  "reserved names and values that are not modules": {
    text: `{ network.description = "n"; defaults = { }; resources = { }; require = [ ]; _file = "x"; note = "text"; port = 1; a = { }; }`,
    machines: ["a"],
  },
  "a let, a with, an assert and parentheses around the set": {
    text: `let x = 1; in with import <nixpkgs> { }; assert true; ({ a = { }; })`,
    machines: ["a"],
  },
  "a function head": { text: `{ pkgs ? import <nixpkgs> { }, ... }: { a = { }; }`, machines: ["a"], complete: false },
  "sets merged with //": { text: `{ a = { }; } // { b = { }; }`, machines: ["a", "b"] },
  "a name bound by a let": { text: `let machines = { a = { }; }; in machines // { b = { }; }`, machines: ["a", "b"] },
  "inherited names": {
    text: `let a = { }; in { inherit a; inherit (import ./more.nix) b c; }`,
    machines: ["a", "b", "c"],
  },
  "one machine spread over dotted bindings": {
    text: `{ a.deployment.targetHost = "h"; a.nixpkgs.system = "aarch64-linux"; }`,
    machines: ["a"],
  },
  "a computed part": {
    text: `{ a = { }; } // builtins.listToAttrs (map f xs)`,
    machines: ["a"],
    complete: false,
  },
  "a computed name": { text: `{ a = { }; "\${b}" = { }; }`, machines: ["a"], complete: false },
  "a comment": { text: `{ a = { }; # b = { };\n /* c = { }; */ }`, machines: ["a"] },
  "not Nix at all": { text: `<!doctype html><p>Hello`, machines: [], complete: false },
  nothing: { text: "", machines: [], complete: false },
  "a value that is not a set": { text: `import ./make.nix { }`, machines: [], complete: false },
};

for (const [name, { text, machines, complete = true }] of Object.entries(cases)) {
  test(`machines: ${name}`, () => {
    const network = readNetwork(nixDocument(text));
    assert.deepEqual(
      network.machines.map(machine => machine.name),
      machines,
    );
    assert.equal(network.complete, complete);
  });
}

/** A network whose middle machine has an error. */
const withBroken = (body: string) => `let
  helper = 1;
in
{
  network.description = "x";
  web01 = { pkgs, ... }: {
    nixpkgs.system = "x86_64-linux";
  };
  db01 = { pkgs, ... }: {
    nixpkgs.system = "i686-linux";
${body}
  };
  "eiffel.example" = { lib, ... }: {
    nixpkgs.system = "aarch64-linux";
  };
}
`;

const breakages = {
  "a missing semicolon": "    a = 1\n    b = 2;",
  "a value that is missing": "    foo = ",
  "half a name": "    services.",
  "a brace that is never closed": "    a = { b = 1;",
  "a string that is never closed": '    a = "x;',
  "an indented string that is never closed": "    a = ''x;",
  "one brace too many": "  }",
  "a word alone": "   foo",
  "a parenthesis that is never closed": "    a = (1;",
  "a list that is never closed": "    a = [ 1 2;",
};

for (const [name, body] of Object.entries(breakages)) {
  test(`machines before and after ${name} are listed, with their systems, whatever ends the lines`, () => {
    for (const ending of ["\n", "\r\n"]) {
      const { machines } = readNetwork(nixDocument(withBroken(body).replaceAll("\n", ending)));
      assert.deepEqual(
        machines.map(machine => [machine.name, machine.system.value, machine.selectionRange.start.line]),
        [
          ["web01", "x86_64-linux", 5],
          ["db01", "i686-linux", 8],
          ["eiffel.example", "aarch64-linux", 12 + body.split("\n").length - 1],
        ],
      );
    }
  });
}

/** A text while it is typed -> the lines of its machines. */
const typed: Record<string, [text: string, lines: Record<string, number>]> = {
  "half an option": ["{\n  a = {\n    x.\n    y = 1;\n  b = { };\n  c = { };\n}\n", { a: 1, b: 4, c: 5 }],
  "half an option in the last machine": ["{\n  a = { };\n  b = {\n    x.", { a: 1, b: 2 }],
  "a machine in one line": ["{\n  a = { x.\n  b = { };\n}\n", { a: 1, b: 2 }],
  "lines without anything": ["{\n  a = {\n\n\n    x.\n\n  b = { };\n}\n", { a: 1, b: 6 }],
};

for (const [name, [text, lines]] of Object.entries(typed))
  for (const [named, ending] of Object.entries({ LF: "\n", CRLF: "\r\n" }))
    test(`each machine stays on its line while one is being typed: ${name}, ${named}`, () => {
      const { machines } = readNetwork(nixDocument(text.replaceAll("\n", ending)));
      assert.deepEqual(Object.fromEntries(machines.map(machine => [machine.name, machine.range.start.line])), lines);
    });

test("carriage returns in a part that is left out still end lines", () => {
  const { machines } = readNetwork(nixDocument("{\n  a = {\n    x.\r ( \r\n    (\r\r\n  b = { };\n}\n"));
  assert.deepEqual(
    machines.map(machine => [machine.name, machine.range.start.line]),
    [
      ["a", 1],
      ["b", 6],
    ],
  );
});

test("a machine that is commented out in a file with errors is not listed", () => {
  const { machines } = readNetwork(nixDocument(withBroken("    services.\n  # old = {\n  # };")));
  assert.deepEqual(
    machines.map(machine => machine.name),
    ["web01", "db01", "eiffel.example"],
  );
});

test("two machines with the same name are a problem at the second, and one machine", () => {
  const network = readNetwork(nixDocument("{\n  a = { ... }: { };\n  b = { };\n  a = { ... }: { };\n}"));
  assert.deepEqual(
    network.machines.map(machine => machine.name),
    ["a", "b"],
  );
  assert.equal(network.problems.length, 1);
  assert.equal(network.problems[0]?.code, "duplicate-machine");
  assert.match(network.problems[0]?.message ?? "", /'a' is already defined on line 2/);
  assert.equal(network.problems[0]?.location?.range.start.line, 3);
});

test("sets that Nix merges are not duplicates", () => {
  assert.deepEqual(readNetwork(nixDocument("{ a = { x = 1; }; a = { y = 1; }; b.x = 1; b.y = 2; }")).problems, []);
});

test("positions count UTF-16 units", () => {
  const [machine] = readNetwork(nixDocument(`{ /* 😀é */ "märz" = { }; }`)).machines;
  assert.deepEqual(machine?.selectionRange, { start: { line: 0, character: 12 }, end: { line: 0, character: 18 } });
});

test("deployment options are read if they are literal", () => {
  const [machine] = readNetwork(
    nixDocument(
      `{ a = { deployment = { targetHost = "h"; targetUser = "u"; targetPort = 2222; tags = [ "x" "y" ]; buildOnly = true; }; }; }`,
    ),
  ).machines;
  assert.deepEqual(
    [machine?.targetHost, machine?.targetUser, machine?.targetPort, machine?.tags, machine?.buildOnly],
    ["h", "u", 2222, ["x", "y"], true],
  );
});
