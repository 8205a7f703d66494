import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  type MachineLines,
  needsTrust,
  placeKey,
  realisationArguments,
  remoteRoot,
} from "../../../../server/src/builds/start/realisation.ts";
import type { Place } from "../../../../server/src/protocol.ts";
import { anyText } from "../../../support/arbitraries.ts";
import { drv } from "../../../support/streams.ts";

const drvPath = drv("nixos-system-web01");
const root = "/home/somebody/state/builds/1-a/result";
const line = "ssh-ng://builder-arm aarch64-linux /etc/nix/key 2 1 - - -";
const other = "ssh-ng://builder-arm i686-linux - 1 1 benchmark - -";
const lines: MachineLines = {
  byBuilder: new Map([
    ["ssh-ng://builder-arm", [line]],
    ["ssh-ng://builder-x86", [line, other]],
  ]),
  setting: "@/etc/nix/machines",
  added: [],
  areIgnored: false,
};

const always = ["--realise", drvPath, "--add-root", root, "--indirect", "--log-format", "internal-json", "-v"];

/** place -> the arguments besides those that there always are, or the problem. */
const cases: Record<string, [place: Place, expected: string[] | string]> = {
  "where Nix chooses": [{ kind: "schedule" }, []],
  "here and nowhere else": [{ kind: "only", builder: "local" }, ["--builders", ""]],
  "on one builder and not here": [
    { kind: "only", builder: "ssh-ng://builder-arm" },
    ["--builders", line, "--max-jobs", "0"],
  ],
  "on one builder of several lines": [
    { kind: "only", builder: "ssh-ng://builder-x86" },
    ["--builders", `${line} ; ${other}`, "--max-jobs", "0"],
  ],
  "on a builder that Nix does not have": [{ kind: "only", builder: "ssh://gone" }, "unknown-builder"],
  "where Nix chooses, without one builder": [
    { kind: "schedule", without: ["ssh-ng://builder-arm"] },
    ["--builders", `${line} ; ${other}`],
  ],
  "where Nix chooses, without any remote builder": [
    { kind: "schedule", without: ["ssh-ng://builder-arm", "ssh-ng://builder-x86"] },
    ["--builders", ""],
  ],
  "where Nix chooses, leaving out none": [{ kind: "schedule", without: [] }, []],
  "in the store of a builder": [
    { kind: "store", store: "ssh-ng://builder-arm" },
    ["--option", "store", "ssh-ng://builder-arm?ssh-key=%2Fetc%2Fnix%2Fkey"],
  ],
  "in the store of a builder without a line": [
    { kind: "store", store: "ssh://root@host" },
    ["--option", "store", "ssh-ng://root@host"],
  ],
  "in a store that is not reached over ssh": [{ kind: "store", store: "/mnt" }, "unsupported-place"],
};

for (const [name, [place, expected]] of Object.entries(cases)) {
  test(`realising ${name}`, () => {
    const args = realisationArguments(drvPath, root, { place }, lines);
    if (typeof expected === "string") assert.equal("problem" in args && args.problem.code, expected);
    else assert.deepEqual(args, { value: [...always, ...expected] });
  });
}

test("realising without a place lets Nix choose, and may keep the build directories of failures", () => {
  assert.deepEqual(realisationArguments(drvPath, root, {}, lines), { value: always });
  assert.deepEqual(realisationArguments(drvPath, root, { keepFailed: true }, lines), {
    value: [...always, "--keep-failed"],
  });
});

const added: MachineLines = { ...lines, added: ["ssh-ng://extra - - 1"] };
const untrusted: MachineLines = { ...added, areIgnored: true };

/** What is known of the machine lines, and place -> the arguments besides those that there always are, or the problem. */
const trust: Record<string, [MachineLines, place: Place, expected: string[] | string]> = {
  "lines of our own are given to Nix after its own setting": [
    added,
    { kind: "schedule" },
    ["--builders", "@/etc/nix/machines\nssh-ng://extra - - 1"],
  ],
  "and alone if Nix has none": [
    { ...added, setting: "" },
    { kind: "schedule" },
    ["--builders", "ssh-ng://extra - - 1"],
  ],
  "but not if the daemon ignores them": [untrusted, { kind: "schedule" }, []],
  "it ignores the choice of a builder": [
    untrusted,
    { kind: "only", builder: "ssh-ng://builder-arm" },
    "untrusted-user",
  ],
  "and that one is left out": [untrusted, { kind: "schedule", without: ["ssh-ng://builder-arm"] }, "untrusted-user"],
  "but not that there are none": [untrusted, { kind: "only", builder: "local" }, ["--builders", ""]],
  "an unknown builder is unknown first": [untrusted, { kind: "only", builder: "ssh://gone" }, "unknown-builder"],
};

for (const [name, [machines, place, expected]] of Object.entries(trust))
  test(`machine lines: ${name}`, () => {
    const args = realisationArguments(drvPath, root, { place }, machines);
    if (typeof expected === "string") assert.equal("problem" in args && args.problem.code, expected);
    else assert.deepEqual(args, { value: [...always, ...expected] });
    assert.equal(
      expected === "untrusted-user",
      needsTrust(place) && machines.areIgnored && expected !== "unknown-builder",
    );
  });
test("a detached build runs in the builder's own store, whose GC root only the builder knows", () => {
  const place: Place = { kind: "store", store: "ssh-ng://builder-arm" };
  assert.deepEqual(realisationArguments(drvPath, root, { place, detached: true }, lines), {
    value: always.map(each => (each === root ? remoteRoot : each)),
  });
});

test("realising with the network's own options, which the request overrides", () => {
  const place: Place = { kind: "only", builder: "ssh-ng://builder-arm" };
  const options = { cores: "2", "max-jobs": "8", builders: "" };
  assert.deepEqual(realisationArguments(drvPath, root, { place, keepFailed: true }, lines, options), {
    value: [
      ...always,
      ...["--option", "cores", "2", "--option", "max-jobs", "8", "--option", "builders", ""],
      ...["--keep-failed", "--builders", line, "--max-jobs", "0"],
    ],
  });
});

test("whatever a path or a builder is called, it is one argument as it stands", () => {
  const name = fc.oneof(anyText, fc.constantFrom("; rm -rf ~", "$(id)", "`id`", "a b", "'", '"', "\n"));
  fc.assert(
    fc.property(name, name, name, (path, folder, builder) => {
      const place = { kind: "only", builder: `ssh://${builder}` } as const;
      const args = realisationArguments(
        path,
        folder,
        { place },
        {
          ...lines,
          byBuilder: new Map([[place.builder, [builder]]]),
        },
      );
      assert.ok("value" in args);
      const rest = ["--log-format", "internal-json", "-v", "--builders", builder, "--max-jobs", "0"];
      assert.deepEqual(args.value, ["--realise", path, "--add-root", folder, "--indirect", ...rest]);
    }),
  );
});

test("every place has a file name of its own, however long its builder's", () => {
  const long = `ssh-ng://nix-ssh@builder-${"0".repeat(200)}`;
  const places: Place[] = [
    { kind: "schedule" },
    { kind: "only", builder: "local" },
    { kind: "only", builder: `${long}1` },
    { kind: "only", builder: `${long}2` },
    { kind: "store", store: "local" },
    { kind: "store", store: "../../x" },
  ];
  const keys = places.map(placeKey);
  assert.equal(new Set(keys).size, places.length);
  assert.deepEqual(keys, places.map(placeKey));
  for (const key of keys) assert.match(key, /^[a-z]+-[0-9a-f]{1,60}$/);
});
