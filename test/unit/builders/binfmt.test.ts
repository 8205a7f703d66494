import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import fc from "fast-check";
import { binfmtHandlers, parseBinfmtHandler } from "../../../server/src/builders/binfmt.ts";
import { anyText } from "../../support/arbitraries.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const folder = tempFolder("binfmt");
after(() => removeTree(folder));

const interpreter = "/run/binfmt/aarch64-linux";

/** A handler's file as the kernel shows it. */
const handler = (magic: string, { state = "enabled", offset = "0", flags = "POF" } = {}) =>
  `${state}\ninterpreter ${interpreter}\nflags: ${flags}\noffset ${offset}\nmagic ${magic}\nmask ffffffffffffff00fffffffffffffffffeffffff\n`;

const aarch64 = "7f454c460201010000000000000000000200b700";

/** file -> the system whose programs it runs. */
const cases: Record<string, [text: string, system: string | undefined]> = {
  aarch64: [handler(aarch64), "aarch64-linux"],
  arm: [handler("7f454c4601010100000000000000000002002800"), "armv7l-linux"],
  riscv64: [handler("7f454c460201010000000000000000000200f300"), "riscv64-linux"],
  "riscv32, the same processor in another class": [
    handler("7f454c460101010000000000000000000200f300"),
    "riscv32-linux",
  ],
  "s390x, with its bytes the other way round": [handler("7f454c4602020100000000000000000000020016"), "s390x-linux"],
  x86_64: [handler("7f454c4602010100000000000000000002003e00"), "x86_64-linux"],
  i386: [handler("7f454c4601010100000000000000000002000300"), "i686-linux"],
  "64-bit POWER, little-endian": [handler("7f454c4602010100000000000000000002001500"), "powerpc64le-linux"],
  LoongArch: [handler("7f454c4602010100000000000000000002000201"), "loongarch64-linux"],
  "64-bit POWER, big-endian": [handler("7f454c4602020100000000000000000000020015"), "powerpc64-linux"],
  "64-bit MIPS, little-endian": [handler("7f454c4602010100000000000000000002000800"), "mips64el-linux"],
  "i486 and later, as NixOS registers them": [handler("7f454c4601010100000000000000000002000600"), "i686-linux"],
  "a processor that we do not know": [handler("7f454c460201010000000000000000000200ffff"), undefined],
  "a disabled handler": [handler(aarch64, { state: "disabled" }), undefined],
  "a magic at another offset": [handler(aarch64, { offset: "4" }), undefined],
  "a magic that is not ELF's": [handler("4d5a0000"), undefined],
  "a magic that is cut": [handler("7f454c46"), undefined],
  "a handler for an extension": ["enabled\ninterpreter /usr/bin/java\nflags: \nextension .jar\n", undefined],
  "a handler without an interpreter": [handler(aarch64).replace(/interpreter.*\n/, ""), undefined],
  nothing: ["", undefined],
};

for (const [name, [text, system]] of Object.entries(cases))
  test(`binfmt handler: ${name}`, () =>
    assert.deepEqual(parseBinfmtHandler(text), system && { system, interpreter, isFixed: true }));

test("the F flag says that the kernel has opened the interpreter", () => {
  for (const [flags, isFixed] of [
    ["F", true],
    ["OCF", true],
    ["P", false],
    ["", false],
  ] as const)
    assert.equal(parseBinfmtHandler(handler(aarch64, { flags }))?.isFixed, isFixed);
});

test("parsing a handler's file never throws, regardless of its content", () => {
  const line = fc.oneof(anyText, fc.constantFrom("enabled", "magic 7f454c46", "offset 0", "interpreter /x", "mask ff"));
  fc.assert(fc.property(fc.array(line), lines => void parseBinfmtHandler(lines.join("\n"))));
});

/** A folder like the kernel's. */
function binfmtFolder(name: string, files: Record<string, string>): string {
  const made = path.join(folder, name);
  fs.mkdirSync(made);
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(path.join(made, file), text);
  return made;
}

test("the name of a handler's file has no meaning", async () => {
  const made = binfmtFolder("enabled", {
    status: "enabled\n",
    register: "",
    "qemu-arm": handler(aarch64),
    python3: "disabled\n",
  });
  assert.deepEqual(await binfmtHandlers(made), [
    { system: "aarch64-linux", interpreter, isFixed: true, exists: false },
  ]);
});

test("there are no handlers if binfmt_misc is disabled or missing", async () => {
  const off = binfmtFolder("disabled", { status: "disabled\n", "qemu-aarch64": handler(aarch64) });
  assert.deepEqual(await binfmtHandlers(off), []);
  assert.deepEqual(await binfmtHandlers(path.join(folder, "missing")), []);
});
