import assert from "node:assert/strict";
import { test } from "node:test";
import { builderActions } from "../../../../server/src/features/builderFixes/actions.ts";
import { builderFixes } from "../../../../server/src/features/builderFixes/builderFixes.ts";
import type { ThisHost } from "../../../../server/src/features/builderFixes/host.ts";
import { readNetwork } from "../../../../server/src/network/network.ts";
import type { BuilderFix } from "../../../../server/src/protocol.ts";
import { edited, marked } from "../../../support/marked.ts";
import { nixDocument } from "../../../support/nixDocument.ts";

const fleet = `{
  laptop = { pkgs, ... }: {
    nixpkgs.hostPlatform = "x86_64-linux";
  };

  eiffel = {
    deployment.targetHost = "eiffel.home.example";
    nixpkgs.hostPlatform = "aarch64-linux";
  };

  other = import ./other.nix;
}
`;

const laptop: ThisHost = { name: "laptop.home.example", isNixOs: true };
const elsewhere: ThisHost = { name: "desk", isNixOs: true };
const debian: ThisHost = { name: "laptop", isNixOs: false };

/** The files that a network imports: its path -> its text. */
type Files = Readonly<Record<string, string>>;

function importsOf(files: Files) {
  return (literal: string) => {
    const text = files[literal];
    return text === undefined ? undefined : nixDocument(text, `file:///net/${literal}`);
  };
}

function fixesOn(host: ThisHost, text = fleet, system = "aarch64-linux", files: Files = {}): readonly BuilderFix[] {
  const document = nixDocument(text);
  const network = readNetwork(document);
  const imported = importsOf(files);
  return builderFixes({ network, document, imported, machine: "eiffel", system, host, localSystem: "x86_64-linux" });
}

const labels = (fixes: readonly BuilderFix[]) => fixes.map(({ label }) => label);

/** The network with the edit of a fix. */
function after(fix: BuilderFix | undefined, text = fleet): string {
  const document = nixDocument(text);
  assert.ok(fix?.action.kind === "edit", fix?.label);
  return edited(document, fix.action.edit.changes?.[document.uri] ?? []);
}

test("where the computer is a machine of the network, its own configuration comes first", () => {
  const fixes = fixesOn(laptop);
  assert.deepEqual(labels(fixes), [
    "Emulate aarch64-linux on laptop (this machine)",
    "Add a remote builder for aarch64-linux to laptop (this machine)",
    "Copy the line of a remote builder for /etc/nix/machines",
    "Set up a build machine...",
  ]);
  assert.match(
    after(fixes[0]),
    /laptop = \{ pkgs, \.\.\. \}: \{\n {4}boot\.binfmt\.emulatedSystems = \[ "aarch64-linux" \];\n {4}nixpkgs/,
  );
});

test("a remote builder is a machine of the network that has the system, with all that it takes", () => {
  const text = after(fixesOn(laptop)[1]);
  assert.match(text, /nix\.buildMachines = \[\n {6}\{\n {8}hostName = "eiffel\.home\.example";/);
  assert.match(text, /\n {4}nix\.distributedBuilds = true;\n {4}nix\.settings\.builders-use-substitutes = true;\n/);
});

test("where the computer is not in the network, the option is copied for its own configuration", () => {
  const fixes = fixesOn(elsewhere);
  assert.deepEqual(labels(fixes).slice(0, 3), [
    "Emulate aarch64-linux on this machine: copy the option",
    "Copy the line of a remote builder for /etc/nix/machines",
    "Set up a build machine...",
  ]);
  const [first] = fixes;
  assert.ok(first?.action.kind === "copy");
  assert.equal(first.action.text, 'boot.binfmt.emulatedSystems = [ "aarch64-linux" ];');
  assert.ok(labels(fixes).includes("Emulate aarch64-linux on laptop"));
});

test("where the computer's configuration is in another file, the option is copied for that", () => {
  const host = { name: "other", isNixOs: true };
  assert.equal(labels(fixesOn(host))[0], "Emulate aarch64-linux on this machine: copy the option");
});

test("a machine that consists of a file is edited there, unless the file is another machine's, too", () => {
  const host = { name: "other", isNixOs: true };
  const files = { "./other.nix": "{ pkgs, ... }:\n{\n  a = 1;\n}\n" };
  const [first] = fixesOn(host, fleet, "aarch64-linux", files);
  assert.equal(first?.label, "Emulate aarch64-linux on other (this machine)");
  assert.ok(first.action.kind === "edit");
  assert.deepEqual(Object.keys(first.action.edit.changes ?? {}), ["file:///net/./other.nix"]);
  const shared = fleet.replace("other = import", "third = ./other.nix;\n\n  other = import");
  assert.equal(
    labels(fixesOn(host, shared, "aarch64-linux", files)).some(label => label.includes("other")),
    false,
  );
});

test("a computer without NixOS gets a line of nix.conf, even if a machine has its name", () => {
  const [first] = fixesOn(debian);
  assert.ok(first?.action.kind === "copy");
  assert.equal(first.action.text, "extra-platforms = aarch64-linux");
  assert.match(first.action.next, /qemu-user-static/);
});

test("the line has the machine of the network as builder, or a name to fill in", () => {
  const line = (text: string) =>
    fixesOn(elsewhere, text)
      .flatMap(({ action }) => (action.kind === "copy" ? [action.text] : []))
      .at(-1);
  assert.equal(
    line(fleet),
    "ssh-ng://root@eiffel.home.example aarch64-linux /root/.ssh/id_ed25519 2 1 big-parallel,benchmark - -",
  );
  assert.match(
    line('{ a = { nixpkgs.hostPlatform = "aarch64-linux"; }; }') ?? "",
    /^ssh-ng:\/\/root@builder\.example\.org /,
  );
});

test("another machine is preferred to the one that has no builder", () => {
  const two = fleet.replace(
    "other = import ./other.nix;",
    `pi = {
    deployment.targetHost = "pi.home.example";
    nixpkgs.hostPlatform = "aarch64-linux";
  };`,
  );
  assert.match(after(fixesOn(laptop, two)[1], two), /hostName = "pi\.home\.example";/);
});

test("the list shows whole sentences", () => {
  for (const host of [laptop, elsewhere, debian])
    for (const { label, detail } of fixesOn(host)) assert.ok(label.length <= 80 && detail.length <= 85, detail);
});

test("nothing is inserted into a text with a syntax error, or a machine that cannot be extended", () => {
  for (const text of [fleet.replace("other =", "other"), fleet.replace("{ pkgs, ... }:", "lib.mkMerge [")])
    assert.equal(
      fixesOn(laptop, text).some(({ action }) => action.kind === "edit"),
      false,
      text,
    );
});

test("a system that NixOS cannot emulate has no fix that emulates it", () => {
  assert.equal(
    labels(fixesOn(laptop, fleet, "aarch64-darwin")).some(label => label.startsWith("Emulate")),
    false,
  );
});

test("nothing that is there already is offered", () => {
  const text = after(fixesOn(laptop)[0]);
  assert.equal(labels(fixesOn(laptop, text))[0], "Add a remote builder for aarch64-linux to laptop (this machine)");
});

/** The titles of the code actions at the mark. */
function actionsAt(text: string, commands: readonly string[]) {
  const { document, network, position } = marked(text);
  const unbuildable = ({ name }: { name: string }) => (name === "eiffel" ? "aarch64-linux" : undefined);
  const facts = {
    document,
    imported: () => undefined,
    host: laptop,
    localSystem: "x86_64-linux",
    unbuildable,
    commands: new Set(commands),
  };
  return builderActions(network, { start: position, end: position }, [], facts);
}

test("the code actions at a machine without a builder are the list of all, and the edits for the computer", () => {
  const actions = actionsAt(fleet.replace("eiffel =", "eif|fel ="), ["morph.addBuilder"]);
  assert.deepEqual(
    actions.map(({ title }) => title),
    [
      "Add Builder for aarch64-linux...",
      "Emulate aarch64-linux on laptop (this machine)",
      "Add a remote builder for aarch64-linux to laptop (this machine)",
    ],
  );
  assert.deepEqual(actions[0]?.command?.arguments, [
    { uri: "file:///net/network.nix", machine: "eiffel", system: "aarch64-linux" },
  ]);
});

test("they are also at the machine's system, and not elsewhere in it", () => {
  const commands = ["morph.addBuilder"];
  assert.equal(actionsAt(fleet.replace('"aarch64', '"aa|rch64'), commands).length, 3);
  assert.equal(actionsAt(fleet.replace("eiffel.home", "eif|fel.home"), commands).length, 0);
});

test("a client without the list has the edits, and machines with a builder have none", () => {
  assert.equal(actionsAt(fleet.replace("eiffel =", "eif|fel ="), []).length, 2);
  assert.deepEqual(actionsAt(fleet.replace("laptop =", "lap|top ="), ["morph.addBuilder"]), []);
});
