import assert from "node:assert/strict";
import { test } from "node:test";
import { asked, explain } from "../../../support/failures.ts";
import { error, message, storePath } from "../../../support/streams.ts";

// The result of a machine was to be fetched, and was not.

const [output, linux] = [storePath("nixos-system-eiffel"), storePath("linux-6.1")];
const request = { ...asked, fromCache: true } as const;
const { uri, machine } = asked;
const build = [{ title: "Build", command: "morph.buildMachine", arguments: [{ uri, machine, attribute: undefined }] }];

/** What Nix prints -> the code, and the sentence. */
const cases: Record<string, [lines: string[], code: string, sentence: RegExp]> = {
  "it is in no cache (2.8)": [
    [error(`build of '${output}' failed`)],
    "not-in-cache",
    /^eiffel was not fetched: none of Nix's binary caches has all of it\./,
  ],
  "it is in no cache (2.34)": [
    [error(`path '${output}' is required, but there is no substituter that can build it`)],
    "not-in-cache",
    /^eiffel was not fetched/,
  ],
  "a part of it is missing": [
    [error(`some references of path '${output}' could not be realised`), error(`build of '${output}' failed`)],
    "not-in-cache",
    /^eiffel was not fetched/,
  ],
  "it is not signed by a trusted key (2.8)": [
    [
      message(
        1,
        `warning: the substitute for '${linux}' from 'http://build.example' is not signed by any of the keys in 'trusted-public-keys'`,
      ),
      error(`build of '${output}' failed`),
    ],
    "untrusted-signature",
    /^eiffel was not fetched: linux-6\.1 is in the cache http:\/\/build\.example, but it is not signed by any of/,
  ],
  "it is not signed by a trusted key (2.34)": [
    [
      message(
        1,
        `warning: ignoring substitute for '${linux}' from 'http://build.example', as it's not signed by any of the keys in 'trusted-public-keys'`,
      ),
      error(`path '${output}' is required, but there is no substituter that can build it`),
    ],
    "untrusted-signature",
    /linux-6\.1 is in the cache/,
  ],
};

for (const [name, [lines, code, sentence]] of Object.entries(cases)) {
  test(`fetching fails because ${name}`, () => {
    const problem = explain(lines, {}, { request });
    assert.equal(problem.code, code);
    assert.match(problem.message, sentence);
    assert.deepEqual(problem.fixes, build);
  });
}

test("a cache that cannot be reached is named, and fetching can be tried again", () => {
  const url = "http://build.example";
  const lines = [
    message(
      1,
      `warning: unable to download '${url}/nix-cache-info': Couldn't connect to server (7); retrying in 322 ms`,
    ),
    error(`build of '${output}' failed`),
  ];
  const problem = explain(lines, {}, { request });
  assert.equal(problem.code, "download-failed");
  assert.ok(problem.message.includes(url));
  assert.deepEqual(
    problem.fixes?.map(fix => [fix.command, fix.arguments?.[0].fromCache]),
    [["morph.retryBuild", true]],
  );
});

test("a build that is no fetch has the cause that it had", () => {
  assert.equal(explain([error(`build of '${output}' failed`)]).code, "build-failed");
});
