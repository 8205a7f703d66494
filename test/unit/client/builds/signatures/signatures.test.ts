import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { adviceAbout, adviceFor, merged } from "../../../../../client/src/builds/signatures/advised.ts";
import { type GroupStatus, groupSignatures } from "../../../../../client/src/builds/signatures/groups.ts";
import { cacheText, signedText } from "../../../../../client/src/builds/signatures/text.ts";
import { verdict } from "../../../../../client/src/builds/signatures/verdict.ts";
import { buildRow } from "../../../../../client/src/views/builds/rows/build.ts";
import { cacheKind, cacheRow } from "../../../../../client/src/views/builds/rows/signatures/cache.ts";
import { routeKind, routeRows } from "../../../../../client/src/views/builds/rows/signatures/route.ts";
import {
  signatureGroupKind,
  signatureGroupRow,
} from "../../../../../client/src/views/builds/rows/signatures/signatureGroup.ts";
import {
  signaturesKind,
  signaturesLabel,
  signaturesRow,
} from "../../../../../client/src/views/builds/rows/signatures/signatures.ts";
import { look } from "../../../../../client/src/views/rowItem.ts";
import type {
  CacheState,
  Problem,
  RouteVerdict,
  SignatureAdvice,
  SignatureStatus,
} from "../../../../../server/src/protocol.ts";
import { aBuild, aContext, english, someSignatures } from "../../samples.ts";

const path = (status: SignatureStatus, name: string) => ({ path: `/nix/store/${name}`, status });

describe("the signatures of a closure", () => {
  it("are counted among the paths that need one", () => {
    assert.equal(signaturesLabel(someSignatures({ trusted: 11 }), english), "11 of 14 paths signed");
    assert.equal(
      signaturesLabel(someSignatures({ trusted: 11, contentAddressed: 3 }), english),
      "11 of 11 paths signed",
    );
    assert.equal(signedText(someSignatures({ trusted: 0, contentAddressed: 14 }), english), "no signatures needed");
    const many = { total: 1250, trusted: 1249, untrusted: 1 };
    const [some, all] = [many.trusted, many.total].map(count => count.toLocaleString());
    assert.equal(signedText(someSignatures(many), english), `${some} of ${all} paths signed`);
  });

  it("have the verdict of the worst", () => {
    assert.equal(verdict(someSignatures()), "fine");
    assert.equal(verdict(someSignatures({ contentAddressed: 3 })), "fine");
    assert.equal(verdict(someSignatures({ builtHere: 3 })), "local");
    assert.equal(verdict(someSignatures({ builtHere: 3, unreachable: 1 })), "open");
    assert.equal(verdict(someSignatures({ unreachable: 1, invalid: 1 })), "wrong");
    assert.equal(verdict(someSignatures({ builtHere: 3, differs: 1 })), "wrong");
  });

  it("are unknown if the closure could not be read, or a cache that could have a path did not answer", () => {
    const none = someSignatures({ total: 0, trusted: 0 });
    assert.equal(verdict(none), "open");
    assert.equal(signaturesLabel(none, english), "Signatures could not be checked");
    const some = someSignatures({ trusted: 13, unreachable: 1 });
    assert.equal(signaturesLabel(some, english), "Signatures not checked");
    assert.equal(signedText(some, english), "signatures not checked");
  });

  it("are grouped by status, the worst first", () => {
    const paths = [
      path("builtHere", "a"),
      path("trusted", "b"),
      path("unsigned", "c"),
      path("invalid", "d"),
      path("unsigned", "e"),
      { ...path("trusted", "f"), narMissing: true as const },
      path("differs", "g"),
      path("missing", "h"),
    ];
    const groups = groupSignatures({ paths });
    assert.deepEqual(
      groups.map(group => [group.status, group.paths.map(entry => entry.path.slice(-1)).join("")]),
      [
        ["invalid", "d"],
        ["differs", "g"],
        ["unsigned", "ce"],
        ["archiveMissing", "f"],
        ["missing", "h"],
        ["builtHere", "a"],
      ],
    );
  });
});

describe("what the row of signatures says", () => {
  const row = signaturesRow(buildRow(aBuild()));
  const shown = (fields: Parameters<typeof aBuild>[0]) => {
    const build = aBuild({ state: "succeeded", outPath: "/nix/store/0-x", ...fields });
    const store = { ...aContext().store, summary: () => build };
    const item = signaturesKind.item(row, aContext({ store }));
    return [`${item?.label} ${item?.description}`.trim(), item?.icon.id, item?.words.includes("recheck")];
  };
  const silent = { cache: "http://c:5000/", code: "cache-unreachable" };
  const login = { cache: "https://d", code: "cache-login" };
  const unchecked = someSignatures({ trusted: 13, unreachable: 1 });
  const cases: readonly (readonly [Parameters<typeof aBuild>[0], string, icon: string, isCheckable?: boolean])[] = [
    [{ signatures: someSignatures() }, "14 of 14 paths signed by a trusted key", "verified-filled"],
    [{ signatures: someSignatures({ trusted: 13, invalid: 1 }) }, "13 of 14 paths signed by a trusted key", "warning"],
    [
      { signatures: unchecked, signatureCheck: { problems: [silent] } },
      "Signatures not checked c:5000 did not answer",
      "unverified",
    ],
    [
      { signatures: unchecked, signatureCheck: { problems: [login, silent] } },
      "Signatures not checked d requires a login · 1 more",
      "unverified",
    ],
    [{ signatures: unchecked }, "Signatures not checked", "unverified"],
    [
      { signatures: someSignatures({ total: 0, trusted: 0 }), stored: { store: "ssh-ng://attic" } },
      "Signatures could not be checked",
      "unverified",
      false,
    ],
  ];
  for (const [fields, text, icon, isCheckable = true] of cases)
    it(`${text}, ${icon}`, () => assert.deepEqual(shown(fields), [text, icon, isCheckable]));

  it("is refreshed with what is below it after each check", () => {
    const looks = ["1", "2"].map(at => {
      const build = aBuild({ signatures: someSignatures(), signatureCheck: { at } });
      return look(signaturesKind.item(row, aContext({ store: { ...aContext().store, summary: () => build } })));
    });
    assert.notEqual(looks[0], looks[1]);
  });
});

describe("what the row of a cache says", () => {
  const url = "https://c";
  const none = { trusted: 0, untrusted: 0, invalid: 0, unsigned: 0, contentAddressed: 0, missing: 0, unreachable: 0 };
  const problem = { code: "cache-unreachable", severity: "error", message: "It does not respond." } as const;
  const cases: readonly (readonly [CacheState, string])[] = [
    [
      { url, reachable: true, counts: { ...none, trusted: 9, unsigned: 3, missing: 2 } },
      "3 not signed · 9 signed · 2 missing",
    ],
    [{ url, reachable: true, counts: { ...none, invalid: 1, untrusted: 2 } }, "1 invalid · 2 by other keys"],
    [{ url, reachable: false, problem, counts: { ...none, unreachable: 14 } }, "did not answer"],
    [
      { url, reachable: true, problem, counts: { ...none, trusted: 9, unreachable: 5 } },
      "did not answer for every path · 9 signed · 5 not checked",
    ],
    [{ url, reachable: false, problem: { ...problem, code: "cache-login" } }, "requires a login"],
    [{ url, reachable: false, problem: { ...problem, code: "cache-store-dir" } }, "for another store directory"],
    [{ url, reachable: false, problem: { ...problem, code: "cache-unsupported" } }, "cannot be queried"],
    [{ url, reachable: true }, ""],
    [{ url: "", reachable: false, problem }, ""],
  ];
  for (const [cache, text] of cases) it(text || "nothing", () => assert.equal(cacheText(cache, english), text));
});

describe("what to do about signatures", () => {
  const problem = (message: string, ...fixes: readonly string[]): Problem => ({
    code: "x",
    severity: "warning",
    message,
    fixes: fixes.map(title => ({ title, command: title })),
  });
  const advice: readonly SignatureAdvice[] = [
    { cache: "https://c", status: "untrusted", count: 1, problem: problem("key 1", "trust", "copy") },
    { cache: "https://d", status: "untrusted", count: 2, problem: problem("key 2", "copy", "push") },
    { cache: "https://c", status: "trusted", count: 1, problem: problem("archive") },
    { status: "builtHere", count: 1, problem: problem("only here") },
    { cache: "https://c", count: 1, problem: problem("log in", "login") },
  ];
  const messages = (status: GroupStatus) => adviceFor(status, advice).map(({ message }) => message);

  it("is shown with the paths or the cache that it is about", () => {
    assert.deepEqual(messages("untrusted"), ["key 1", "key 2"]);
    assert.deepEqual(messages("archiveMissing"), ["archive"]);
    assert.deepEqual([messages("builtHere"), messages("missing")], [["only here"], ["only here"]]);
    assert.deepEqual(messages("unsigned"), []);
    assert.equal(adviceAbout("https://c", advice)?.message, "log in");
    assert.equal(adviceAbout("https://d", advice), undefined);
  });

  it("is offered on the row of its paths, each fix once, and on that of its cache", () => {
    const build = aBuild({ state: "succeeded", outPath: "/nix/store/0-x", signatures: someSignatures() });
    const parent = signaturesRow(buildRow(build));
    const group = signatureGroupRow(parent, { status: "untrusted", paths: [] }, adviceFor("untrusted", advice));
    assert.deepEqual(signatureGroupKind.item(group, aContext())?.words, ["signatureGroup", "fixes"]);
    assert.deepEqual(
      group.problem?.fixes?.map(({ title }) => title),
      ["trust", "copy", "push"],
    );
    const cache = cacheRow(parent, { url: "https://c", reachable: true }, true, adviceAbout("https://c", advice));
    assert.deepEqual(cacheKind.item(cache, aContext())?.words, ["cache", "fixes", "recheck"]);
    assert.equal(merged([]), undefined);
  });
});

describe("whether a machine accepts a result", () => {
  const verdict = (fields: Partial<RouteVerdict>): RouteVerdict => ({
    ...{ route: "push", verdict: "accepted", accepted: 2, refused: 0, unknown: 0, why: "web01 trusts root." },
    ...fields,
  });
  const parent = signaturesRow(buildRow(aBuild()));

  it("is shown for the way that Morph takes, with the others on hover", () => {
    const [row, ...others] = routeRows(parent, [
      verdict({ used: true }),
      verdict({ route: "copy", why: "It *checks*." }),
    ]);
    assert.ok(row !== undefined && others.length === 0);
    const build = aBuild();
    const item = routeKind.item(row, aContext({ store: { ...aContext().store, summary: () => build } }));
    assert.deepEqual(
      [item?.label, item?.icon.id, item?.click?.kind],
      ["Pushed, as Morph does: accepted", "pass", "signatures"],
    );
    const markdown = typeof item?.tooltip === "object" ? item.tooltip.markdown : "";
    assert.match(markdown.replaceAll("\\", ""), /web01 trusts root\..*over ssh-ng.*It \*checks\*\./s);
    assert.ok(markdown.includes("\\*checks\\*"));
  });

  it("is not shown by reports of older versions", () => assert.deepEqual(routeRows(parent, undefined), []));
});
