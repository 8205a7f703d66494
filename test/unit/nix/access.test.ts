import assert from "node:assert/strict";
import { test } from "node:test";
import { isTrustedUser, type StoreFacts, trustIn, usesDaemon } from "../../../server/src/nix/access.ts";

/** Setting `store`, writable state, socket -> whether a daemon opens the connections. */
const stores: readonly (readonly [StoreFacts["store"], boolean, boolean, boolean])[] = [
  ["", true, true, false],
  ["", false, true, true],
  ["", false, false, false],
  ["auto", true, true, false],
  ["auto", false, true, true],
  ["auto?root=/x", false, true, true],
  ["daemon", true, false, true],
  ["unix:///run/other.sock", true, false, true],
  ["ssh-ng://host", true, false, true],
  ["local", false, true, false],
  ["local?root=/mnt", false, true, false],
  ["/mnt", false, true, false],
];

for (const [store, isStateWritable, hasSocket, expected] of stores)
  test(`store '${store}', state ${isStateWritable ? "writable" : "read-only"}, ${hasSocket ? "a" : "no"} socket: ${expected ? "a daemon" : "no daemon"}`, () =>
    assert.equal(usesDaemon({ store, isStateWritable, hasSocket }), expected));

const user = { name: "ada", groups: ["users", "wheel"] };

/** `trusted-users` -> whether ada is trusted. */
const lists: readonly (readonly [readonly string[], boolean])[] = [
  [["root"], false],
  [["root", "ada"], true],
  [["@wheel"], true],
  [["@ada"], false],
  [["wheel"], false],
  [["*"], true],
  [[], false],
];

for (const [trustedUsers, expected] of lists)
  test(`'trusted-users = ${trustedUsers.join(" ")}' ${expected ? "includes" : "excludes"} ada of the group wheel`, () =>
    assert.equal(isTrustedUser({ ...user, trustedUsers }), expected));

test("a user without a name is in no list of names", () =>
  assert.equal(isTrustedUser({ name: "", groups: [], trustedUsers: ["root", "@"] }), false));

/** What `nix store info --json` prints -> trust. */
const printed: readonly (readonly [string, boolean | undefined])[] = [
  ['{"trusted":true,"url":"daemon","version":"2.26.3"}', true],
  ['{"trusted":false,"url":"daemon"}', false],
  ['{"trusted":1,"url":"daemon"}', true],
  ['{"trusted":0,"url":"daemon"}', false],
  ['{"trusted":null,"url":"daemon"}', undefined],
  ['{"url":"daemon"}', undefined],
  ["error: something", undefined],
];

for (const [json, expected] of printed)
  test(`Nix prints ${json}: ${expected}`, () => assert.equal(trustIn(json), expected));
