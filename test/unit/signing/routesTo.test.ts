import assert from "node:assert/strict";
import { test } from "node:test";
import type { MachineTrust } from "../../../server/src/protocol.ts";
import { readTrustedKeys } from "../../../server/src/signing/keys.ts";
import type { PathInfo } from "../../../server/src/signing/pathInfo.ts";
import type { CacheAnswers } from "../../../server/src/signing/report.ts";
import { routesTo } from "../../../server/src/signing/routes/target.ts";
import { newSigner, pathInfo, signedBy } from "../../support/signer.ts";

// Whether a machine accepts a closure, from its own configuration and what is known here.

const [ours, theirs] = [newSigner("ours-1"), newSigner("theirs-1")];
const keys = readTrustedKeys([ours.publicKey]);
const here = "http://build.example";
const info = pathInfo("system");

const trust: MachineTrust = {
  keys: [theirs.publicKey],
  caches: [`${here}/`],
  users: ["root"],
  requiresSignatures: true,
  login: "root",
  substitutes: false,
};

function answers(url: string, path?: PathInfo): CacheAnswers {
  const infos = new Map(path === undefined ? [] : [[path.path, { ...path, url: "nar/x", compression: "xz" }]]);
  return { state: { url, reachable: true }, infos, failed: new Map(), refused: new Map(), narMissing: new Set() };
}

/** route -> its verdict */
function verdicts(fields: Partial<MachineTrust>, path: PathInfo, cache = answers(here), sshUser?: string) {
  const machine = { machine: "eiffel", trust: { ...trust, ...fields }, sshUser };
  const routes = routesTo(machine, { closure: [path], caches: [cache], keys });
  return Object.fromEntries(routes.map(({ route, verdict }) => [route, verdict]));
}

test("what root pushes needs no signature, and what is copied has to be signed here by a key that the machine trusts", () => {
  const expected = { push: "accepted", substitute: "accepted", copy: "refused", fetch: "refused" };
  assert.deepEqual(verdicts({}, info), expected);
  assert.deepEqual(verdicts({}, signedBy(info, ours)), expected);
  assert.deepEqual(verdicts({}, signedBy(info, theirs)), { ...expected, copy: "accepted" });
});

test("a signature in a cache does not come along with what is pushed", () => {
  const login = { login: "ada" };
  const inCache = answers(here, signedBy(info, theirs));
  assert.deepEqual(verdicts(login, info, inCache), {
    push: "refused",
    substitute: "accepted",
    copy: "refused",
    fetch: "refused",
  });
});

test("fetching here is decided by our keys, substituting there by theirs", () => {
  const inCache = answers(here, signedBy(info, ours));
  const { substitute, fetch } = verdicts({ login: "ada" }, info, inCache);
  assert.deepEqual([substitute, fetch], ["refused", "accepted"]);
});

test("a cache of the machine that this one does not use may have it", () => {
  const caches = [here, "https://cache.nixos.org"];
  assert.equal(verdicts({ login: "ada" }, info).substitute, "refused");
  assert.equal(verdicts({ login: "ada", caches }, info).substitute, "unknown");
});

const logins: readonly [string, Partial<MachineTrust>, sshUser: string | undefined, push: string][] = [
  ["root, even if it is not listed", { users: [] }, undefined, "accepted"],
  ["a user who is listed", { login: "ada", users: ["root", "ada"] }, undefined, "accepted"],
  ["a user who is not", { login: "ada" }, undefined, "refused"],
  ["a user who may be in a group", { login: "ada", users: ["@wheel"] }, undefined, "unknown"],
  ["everyone", { login: "", users: ["*"] }, undefined, "accepted"],
  ["SSH_USER, if the machine names no user", { login: "" }, "root", "accepted"],
  ["the user of the machine before SSH_USER", { login: "ada" }, "root", "refused"],
  ["as ssh decides", { login: "" }, undefined, "unknown"],
];

for (const [name, fields, sshUser, push] of logins)
  test(`pushing logs in as ${name}`, () => assert.equal(verdicts(fields, info, undefined, sshUser).push, push));
