import assert from "node:assert/strict";
import { test } from "node:test";
import { etc, explain, hello } from "../../../support/failures.ts";
import { error, message, storePath } from "../../../support/streams.ts";

const path = storePath("glibc-2.37");
const cache = "https://cache.example.org";
const warning = (text: string) => message(1, `\u001b[35;1mwarning:\u001b[0m ${text}`);

/** Every version's words for a path that a store does not take. */
const notTaken: Record<string, string> = {
  "2.3 to 2.11": `cannot add path '${path}' because it lacks a valid signature`,
  "2.12 and later, Lix": `cannot add path '${path}' because it lacks a signature by a trusted key`,
  "of a realisation": `cannot register realisation '${path}' because it lacks a signature by a trusted key`,
};

for (const [name, said] of Object.entries(notTaken)) {
  test(`a path without a signature is not taken: ${name}`, () => {
    const { code, message: text } = explain([error(said), error("unexpected end-of-file")]);
    assert.equal(code, "untrusted-signature");
    assert.match(text, /^glibc-2\.37 was rejected.*'trusted-public-keys'.*'trusted-users'/);
  });
}

/** Each version's warning that it does not fetch what no trusted key has signed. */
const notFetched: Record<string, (from: string) => string> = {
  "2.3 to 2.5": from => `substituter '${cache}' does not have a valid signature for path '${from}'`,
  "2.6 to 2.9": from =>
    `the substitute for '${from}' from '${cache}' is not signed by any of the keys in 'trusted-public-keys'`,
  "2.10 and later, Lix": from =>
    `ignoring substitute for '${from}' from '${cache}', as it's not signed by any of the keys in 'trusted-public-keys'`,
};

const nobody = `a 'aarch64-linux' with features {} is required to build '${etc}', but I am a 'x86_64-linux' with features {}`;
const nowhere = `path '${path}' is required, but there is no substituter that can build it`;

for (const [name, said] of Object.entries(notFetched)) {
  test(`a cache has it, but nobody who is trusted has signed it: ${name}`, () => {
    for (const [lines, what] of [
      [[warning(said(storePath("etc"))), error(nobody)], "etc"],
      [[warning(said(path)), error(nowhere)], "glibc-2.37"],
    ] as const) {
      const { code, message: text } = explain(lines);
      assert.equal(code, "untrusted-signature");
      assert.ok(
        text.startsWith(`${what} is in the cache ${cache}, but it is not signed by any of 'trusted-public-keys'`),
        text,
      );
    }
  });

  test(`of what was not fetched another is not to blame: ${name}`, () => {
    assert.equal(explain([warning(said(path)), error(nobody)]).code, "no-builder");
    const failed = error(`builder for '${hello}' failed with exit code 2`);
    assert.equal(explain([warning(said(storePath("hello-2.12.1"))), failed]).code, "derivation-failed");
  });
}

/** Each version's warning that it ignores a setting. */
const ignored: Record<string, (setting: string) => string> = {
  "2.3": setting =>
    `ignoring the user-specified setting '${setting}', because it is a restricted setting and you are not a trusted user`,
  "2.22 and later": setting =>
    `ignoring the client-specified setting '${setting}', because it is a restricted setting and you are not a trusted user`,
  "Lix 2.93": setting =>
    `Ignoring the client-specified setting '${setting}', because it is a restricted setting and you are not a trusted user`,
};

for (const [name, said] of Object.entries(ignored)) {
  test(`the daemon does not listen: ${name}`, () => {
    for (const [setting, then] of [
      ["builders", nobody],
      ["builders", "unable to start any build; either increase '--max-jobs' or enable remote builds"],
      ["extra-platforms", nobody],
      ["extra-substituters", nowhere],
      ["trusted-public-keys", nowhere],
    ] as const) {
      const { code, message: text, detail } = explain([warning(said(setting)), error(then)]);
      assert.equal(code, "untrusted-user");
      assert.ok(
        text.startsWith(`Nix ignored the setting '${setting}', because its daemon does not trust your user`),
        text,
      );
      assert.match(text, /'trusted-users'/);
      assert.match(detail ?? "", /restricted setting.*\n/);
    }
  });

  test(`a setting that could not have helped is not to blame: ${name}`, () => {
    assert.equal(explain([warning(said("trusted-public-keys")), error(nobody)]).code, "no-builder");
    assert.equal(explain([warning(said("builders")), error(nowhere)]).code, "no-substituter");
    const failed = error(`builder for '${hello}' failed with exit code 2`);
    assert.equal(explain([warning(said("builders")), failed]).code, "derivation-failed");
  });
}

test("a cache that the daemon does not ask", () => {
  const said = `ignoring untrusted substituter '${cache}', you are not a trusted user.\nRun \`man nix.conf\` for more information`;
  const { code, message: text } = explain([warning(said), error(nowhere)]);
  assert.equal(code, "untrusted-user");
  assert.ok(text.startsWith(`Nix ignored the binary cache ${cache}, `), text);
});

/** What cannot be fetched -> the cause. */
const fetches: Record<string, [said: string, code: string, message: RegExp]> = {
  "a path that no cache has": [
    nowhere,
    "no-substituter",
    /^glibc-2\.37 is not in the store, none of Nix's binary caches has it/,
  ],
  "a path of which something is missing": [
    `some references of path '${path}' could not be realised`,
    "no-substituter",
    /^glibc-2\.37 is not in the store/,
  ],
  "a download that broke": [
    `some substitutes for the outputs of derivation '${hello}' failed (usually happens due to networking issues); try '--fallback' to build derivation from source `,
    "download-failed",
    /^hello-2\.12\.1 could not be fetched/,
  ],
};

for (const [name, [said, code, expected]] of Object.entries(fetches)) {
  test(`not fetched: ${name}`, () => {
    const problem = explain([error(said)]);
    assert.equal(problem.code, code);
    assert.match(problem.message, expected);
  });
}
