import assert from "node:assert/strict";
import { test } from "node:test";
import { readTrustedKeys } from "../../../server/src/signing/keys.ts";
import type { Narinfo } from "../../../server/src/signing/narinfo.ts";
import type { PathInfo } from "../../../server/src/signing/pathInfo.ts";
import { availabilityOf } from "../../../server/src/signing/plan/availability.ts";
import type { CacheAnswers } from "../../../server/src/signing/report.ts";
import { newSigner, pathInfo, signedBy } from "../../support/signer.ts";

// Whether Nix would take a path from the first cache that has it.

const [key, other] = [newSigner("build-1"), newSigner("other-1")];
const keys = readTrustedKeys([key.publicKey]);
const info = pathInfo("hello");

const served = (path: PathInfo): Narinfo => ({ ...path, url: "nar/x.nar.xz", compression: "xz" });

function cache(
  url: string,
  fields: Partial<Omit<CacheAnswers, "state">> & Partial<CacheAnswers["state"]> = {},
): CacheAnswers {
  const { infos = new Map(), failed = new Map(), refused = new Map(), narMissing = new Set(), ...state } = fields;
  return { state: { url, reachable: true, ...state }, infos, failed, refused, narMissing };
}

const having = (url: string, path: PathInfo, fields: Parameters<typeof cache>[1] = {}) =>
  cache(url, { infos: new Map([[info.path, served(path)]]), ...fields });

const found = (...caches: readonly CacheAnswers[]) => availabilityOf(info.path, "/nix/store", caches, keys);

const signed = signedBy(info, key);
const byStranger = signedBy(info, other);

test("a signature by a trusted key is accepted, whatever another cache has", () => {
  assert.deepEqual(found(having("a", byStranger), having("b", signed)), {
    kind: "accepted",
    cache: "b",
    key: "build-1",
    references: [],
  });
});

test("a cache whose address says that it is trusted needs no signature", () => {
  const accepted = { kind: "accepted", cache: "a", key: undefined, references: [] };
  assert.deepEqual(found(having("a", byStranger, { needsNoSignature: "address" })), accepted);
});

test("a path refers to itself without needing itself", () => {
  const path = signedBy(pathInfo("hello", { references: [info.path, "/nix/store/glibc"] }), key);
  const answer = found(having("a", path));
  assert.deepEqual(answer.kind === "accepted" && answer.references, ["/nix/store/glibc"]);
});

test("what is not accepted is refused with the reason of the first cache that has it", () => {
  assert.deepEqual(found(having("a", info)), { kind: "refused", cache: "a", status: "unsigned", key: undefined });
  assert.deepEqual(found(having("a", byStranger), having("b", info)), {
    kind: "refused",
    cache: "a",
    status: "untrusted",
    key: "other-1",
  });
  assert.deepEqual(found(having("a", { ...signed, narSize: 1 })), {
    kind: "refused",
    cache: "a",
    status: "invalid",
    key: "build-1",
  });
  assert.deepEqual(found(cache("a", { refused: new Map([[info.path, "corrupt"]]) })), {
    kind: "refused",
    cache: "a",
    status: "invalid",
  });
});

test("a Nix that requires no signatures accepts all", () => {
  const answer = availabilityOf(info.path, "/nix/store", [having("a", info)], keys, false);
  assert.equal(answer.kind, "accepted");
});

test("what a silent cache may have is unknown, and what all answered is missing", () => {
  assert.equal(found(cache("a", { reachable: false })).kind, "unknown");
  assert.equal(found(cache("a", { failed: new Map([[info.path, "timed out"]]) }), cache("b")).kind, "unknown");
  assert.equal(found(cache("a"), cache("b")).kind, "missing");
  assert.equal(found().kind, "missing");
});

test("a cache of another store, or without the archive, does not have it", () => {
  assert.equal(found(having("a", signed, { storeDir: "/gnu/store" })).kind, "missing");
  assert.equal(found(having("a", signed, { narMissing: new Set([info.path]) })).kind, "missing");
  assert.equal(found(having("a", signed, { storeDir: "/nix/store" })).kind, "accepted");
});
