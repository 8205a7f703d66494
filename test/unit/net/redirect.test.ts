import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { redirected } from "../../../server/src/net/redirect.ts";

const secret = {
  Authorization: "Bearer x",
  Cookie: "a=b",
  "X-Api-Key": "k",
  "Proxy-Authorization": "p",
  Accept: "text/plain",
};

/** From where -> the header Location -> to where, and whether the secrets go with it; undefined: it is not followed. */
const cases: Readonly<Record<string, readonly [from: string, location: string, to?: string, withSecrets?: boolean]>> = {
  "the same host": ["https://a.example/x", "/y", "https://a.example/y", true],
  "the same host, as a whole": ["https://a.example/x/", "https://a.example/y", "https://a.example/y", true],
  "the same host, its port written": ["https://a.example/x", "https://A.example:443/y", "https://a.example/y", true],
  "another host": ["https://a.example/x", "https://b.example/x", "https://b.example/x", false],
  "another host without a scheme": ["https://a.example/x", "//b.example/x", "https://b.example/x", false],
  "a host below it": ["https://a.example/x", "https://b.a.example/x", "https://b.a.example/x", false],
  "another port": ["https://a.example/x", "https://a.example:8443/x", "https://a.example:8443/x", false],
  "http after https": ["https://a.example/x", "http://a.example/x", "http://a.example/x", false],
  "https after http": ["http://a.example/x", "https://a.example/x", "https://a.example/x", false],
  "a file": ["https://a.example/x", "file:///etc/passwd"],
  "data in the address": ["https://a.example/x", "data:text/plain,x"],
  "a login in the address": ["https://a.example/x", "https://user:password@a.example/x"],
  "no address": ["https://a.example/x", "http://"],
};

describe("a redirect to", () => {
  for (const [name, [from, location, to, withSecrets]] of Object.entries(cases))
    it(name, () => {
      const next = redirected({ url: new URL(from), headers: secret, user: "user", password: "hunter2" }, location);
      assert.equal(next?.url.href, to);
      if (to !== undefined) assert.deepEqual(next?.headers, withSecrets === true ? secret : { Accept: "text/plain" });
    });
});

it("whatever a server says, no secret leaves its origin", () => {
  const location = fc.oneof(
    fc.webUrl(),
    fc.string(),
    fc.string().map(text => `//${text}`),
  );
  fc.assert(
    fc.property(fc.webUrl(), location, (from, to) => {
      const next = redirected({ url: new URL(from), headers: secret, user: "user", password: "hunter2" }, to);
      if (next === undefined || next.url.origin === new URL(from).origin) return;
      assert.deepEqual(next, { url: next.url, headers: { Accept: "text/plain" } });
    }),
  );
});
