import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { builderRemarks } from "../../../server/src/features/checks/builders.ts";
import { builderHover } from "../../../server/src/features/hovers/builders.ts";
import { builderDeclarations } from "../../../server/src/network/builders/declared.ts";
import { readNetwork } from "../../../server/src/network/network.ts";
import { anyText } from "../../support/arbitraries.ts";
import { nixDocument } from "../../support/nixDocument.ts";

const networks = [
  readNetwork(
    nixDocument(`{
      network = { };
      eiffel.nixpkgs.hostPlatform = "aarch64-linux";
      tower.nixpkgs.system = "aarch64-linux";
      web.nixpkgs.hostPlatform = "x86_64-linux";
    }`),
  ),
];

/** A text with `|` where the mouse is -> its hover. */
function hoverIn(marked: string): string | undefined {
  const document = nixDocument(marked.replace("|", ""), "file:///net/x.nix");
  const at = document.rangeAt(marked.indexOf("|"), marked.indexOf("|")).start;
  return builderHover(document, builderDeclarations(document), at, networks)?.text;
}

const daemon =
  "Nix's daemon connects as root: the key of your user's agent and your user's SSH configuration and known hosts do not count.";
const use = "Nix uses `/etc/nix/machines` only if `nix.distributedBuilds` is true. Hydra also reads it otherwise.";

/** A text -> the paragraphs of its hover. */
const hovers: Record<string, [text: string, paragraphs: string[]]> = {
  "an entry": [
    `{ nix.buildMachines = [ { hostName = "p|i"; protocol = "ssh-ng"; systems = [ "aarch64-linux" "armv7l-linux" ]; maxJobs = 4; } ]; }`,
    [
      "**Build machine pi**",
      "NixOS writes to `/etc/nix/machines`:",
      "```text\nssh-ng://pi aarch64-linux,armv7l-linux - 4 1 - - -\n```",
      "- `aarch64-linux`: needed by eiffel, tower\n- `armv7l-linux`: no machine of the workspace is known to need it",
      daemon,
      use,
    ],
  ],
  "a function that makes several entries": [
    `{ nix = { distributedBuilds = true; buildMachines = map (s: { hostName = "pi"; |system = s; }) [ "x86_64-linux" "i686-linux" ]; }; }`,
    [
      "**Build machine pi**",
      "NixOS writes to `/etc/nix/machines`:",
      "```text\nssh://pi x86_64-linux - 1 1 - - -\nssh://pi i686-linux - 1 1 - - -\n```",
      "- `x86_64-linux`: needed by web\n- `i686-linux`: no machine of the workspace is known to need it",
      daemon,
    ],
  ],
  "an entry for Hydra": [
    `{ nix.buildMachines = [ { hostName = "localhost"; protocol = nul|l; system = "x86_64-linux"; mandatoryFeatures = [ "kvm" ]; } ]; }`,
    [
      "**Build machine localhost**",
      "NixOS writes to `/etc/nix/machines`:",
      "```text\nlocalhost x86_64-linux - 1 1 kvm kvm -\n```",
      "- `x86_64-linux`: needed by web",
      "It builds only derivations that require `kvm`.",
      "Without a protocol, `localhost` is the machine itself for Hydra. Nix would connect to it over SSH.",
      use,
    ],
  ],
  "an entry that is partly known, under a condition": [
    `{ config, lib, ... }: { nix.buildMachines = lib.optional config.x { hostName = config.h; sys|tem = "x86_64-linux"; maxJobs = 0; }; }`,
    [
      "**Build machine**",
      "NixOS writes to `/etc/nix/machines`:",
      "```text\nssh://… x86_64-linux - 0 1 - - -\n```",
      "Only an evaluation knows what is shown as `…`.",
      "It depends on a condition that only an evaluation can decide.",
      "- `x86_64-linux`: needed by web",
      "⚠ It builds nothing: `maxJobs` is 0.",
      daemon,
      use,
    ],
  ],
  "the option": [
    `{ config, ... }: { nix.build|Machines = [ { hostName = "a"; system = "x86_64-linux"; } ] ++ config.x; }`,
    [
      "**Build machines**, which NixOS writes to `/etc/nix/machines`:",
      "```text\nssh://a x86_64-linux - 1 1 - - -\n```",
      "Only an evaluation knows all of them.",
      "- `x86_64-linux`: needed by web",
      use,
      daemon,
    ],
  ],
  "an emulated system": [
    `{ boot.binfmt.emulatedSystems = [ "aarch|64-linux" "i686-linux" ]; }`,
    [
      "**Emulated system aarch64\\-linux**: 64-bit ARM: Raspberry Pi 3 and later, ARM servers",
      "The kernel of this machine runs programs of other systems with an emulator (binfmt_misc), and its Nix builds for them: NixOS adds them to `extra-platforms`, unless `boot.binfmt.addEmulatedSystemsToNixSandbox` is false. Builds are several times slower, and tests may fail.",
      "- `aarch64-linux`: needed by eiffel, tower",
      "NixOS also adds the emulator to the sandbox of Nix. In containers and other chroots it is found only with `boot.binfmt.preferStaticEmulators = true`, where a static emulator is available.",
    ],
  ],
  distributedBuilds: ["{ nix.distributedBuil|ds = true; }", [use]],
};

for (const [name, [text, paragraphs]] of Object.entries(hovers))
  test(`hover on builders: ${name}`, () => assert.deepEqual(hoverIn(text)?.split("\n\n"), paragraphs));

/** Places without a hover about builders. */
const nothing: Record<string, string> = {
  "between entries": `{ nix.buildMachines = [ { hostName = "a"; system = "x86_64-linux"; } |  { hostName = "b"; } ]; }`,
  "another option": `{ services.x.ho|stName = "a"; nix.buildMachines = [ ]; }`,
  "a list that only an evaluation knows": "{ config, ... }: { boot.binfmt.emulatedSystems = con|fig.x; }",
};

for (const [name, text] of Object.entries(nothing))
  test(`no hover on builders: ${name}`, () => assert.equal(hoverIn(text), undefined));

test("what a text contains is shown literally", () => {
  const text = hoverIn('{ nix.buildMachines = [ { hostName = "[a](http://x) `b`|"; system = "```\\n# x"; } ]; }');
  assert.match(text ?? "", /\*\*Build machine \\\[a\\\]\\\(http/);
  assert.match(text ?? "", /````text\n/);
});

test("no text and no position makes a hover or a check throw, and marks are in the text", () => {
  const piece = fc.oneof(
    anyText,
    fc.constantFrom(
      "nix.buildMachines",
      "boot.binfmt.emulatedSystems",
      "nix.distributedBuilds",
      "=",
      "[",
      "]",
      "{",
      "}",
      ";",
    ),
    fc.constantFrom(
      "hostName",
      '"a"',
      "system",
      '"x86_64-linux"',
      "map",
      "(s: {",
      "})",
      "inherit",
      "s",
      "//",
      "++",
      "null",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(400), (pieces, at) => {
      const document = nixDocument(`{ ${pieces.join(" ")} }`);
      const declarations = builderDeclarations(document);
      builderHover(document, declarations, document.rangeAt(at, at).start, networks);
      for (const { range } of builderRemarks(document, { declarations, machines: undefined }))
        assert.ok(document.offsetAt(range.start) <= document.offsetAt(range.end));
    }),
  );
});
