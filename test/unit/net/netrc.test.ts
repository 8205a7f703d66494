import assert from "node:assert/strict";
import { it } from "node:test";
import fc from "fast-check";
import { loginIn } from "../../../server/src/net/netrc.ts";

const text = `# caches
machine cache.example.org
  login reader
  password s3cret

machine two.example.org login a password 1
machine two.example.org login b password 2
machine quoted.example.org login "a b" password "x\\"y\\\\z#"
macdef init
  machine macro.example.org login m password m

machine nopassword.example.org login only
machine account.example.org account machine login x password y
default login anonymous password guest
machine late.example.org login late password late
`;

/** Host, user in the address -> user and password. */
const cases: readonly (readonly [host: string, user: string | undefined, login: string | undefined])[] = [
  ["cache.example.org", undefined, "reader:s3cret"],
  ["CACHE.example.org", undefined, "reader:s3cret"],
  ["cache.example.org", "reader", "reader:s3cret"],
  ["cache.example.org", "other", undefined],
  ["two.example.org", undefined, "a:1"],
  ["two.example.org", "b", "b:2"],
  ["quoted.example.org", undefined, 'a b:x"y\\z#'],
  ["macro.example.org", undefined, "anonymous:guest"],
  ["nopassword.example.org", undefined, "anonymous:guest"],
  ["account.example.org", undefined, "x:y"],
  ["late.example.org", undefined, "anonymous:guest"],
  ["unknown.example.org", undefined, "anonymous:guest"],
];

for (const [host, user, login] of cases)
  it(`the login for ${host}${user === undefined ? "" : ` of ${user}`} in a netrc is ${login ?? "none"}`, () => {
    const found = loginIn(text, host, user);
    assert.equal(found && `${found.user}:${found.password}`, login);
  });

it("a netrc without an entry has no login", () => {
  for (const none of ["", "machine", "machine a login", "login x password y", "# machine a password b"])
    assert.equal(loginIn(none, "a"), undefined);
});

it("any text is a netrc", () => {
  fc.assert(
    fc.property(fc.string(), fc.domain(), (any, host) => {
      const found = loginIn(any, host);
      assert.ok(found === undefined || typeof found.password === "string");
    }),
  );
});
