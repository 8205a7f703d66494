import assert from "node:assert/strict";
import { test } from "node:test";
import * as plainLocaliser from "@vscode/l10n";
import { connectionText } from "../../../../client/src/hydra/connectionText.ts";
import { HydraLogins } from "../../../../client/src/hydra/logins.ts";
import { withoutPasswords } from "../../../../client/src/session/recordedOutput.ts";

const alice = { user: "alice", password: 'a "quoted" \\ secret' };

function secrets() {
  const kept = new Map<string, string>();
  const storage = {
    get: (key: string) => Promise.resolve(kept.get(key)),
    store: (key: string, value: string) => Promise.resolve(void kept.set(key, value)),
    delete: (key: string) => Promise.resolve(void kept.delete(key)),
  };
  return { kept, storage };
}

test("a login is kept for its server only, until it is forgotten", async () => {
  const { storage, kept } = secrets();
  const logins = new HydraLogins(storage);
  await logins.set("https://hydra.example.org/a", alice);
  assert.deepEqual(await logins.get("https://hydra.example.org/a"), alice);
  for (const other of ["https://hydra.example.org", "http://hydra.example.org/a", "https://hydra.example.org/b"])
    assert.equal(await logins.get(other), undefined, other);
  await logins.forget("https://hydra.example.org/a");
  assert.equal(await logins.get("https://hydra.example.org/a"), undefined);
  assert.equal(kept.size, 0);
});

test("a damaged secret counts as none", async () => {
  const { storage, kept } = secrets();
  const logins = new HydraLogins(storage);
  await logins.set("https://h", alice);
  const [key = ""] = kept.keys();
  for (const damaged of ["", "{", "null", "[]", '{"user":1,"password":"x"}', '{"user":"alice"}']) {
    kept.set(key, damaged);
    assert.equal(await logins.get("https://h"), undefined, damaged);
  }
});

test("passwords in traced messages are masked", () => {
  const message = { url: "https://h", login: alice, note: 'the "password" is kept' };
  for (const json of [JSON.stringify(message), JSON.stringify(message, undefined, 4)]) {
    const masked = withoutPasswords(json);
    assert.doesNotMatch(masked, /secret/);
    assert.deepEqual(JSON.parse(masked), { ...message, login: { ...alice, password: "***" } });
  }
});

test("what a user may not do is named with the roles that allow it", () => {
  const connection = { url: "https://h", project: "morph", user: "bob", roles: [], hasProject: true, missing: [] };
  assert.equal(connectionText(connection, plainLocaliser), "Connected to https://h as bob.");
  const missing = [
    { action: "start evaluations", roles: ["admin", "eval-jobset"] },
    { action: "cancel builds", roles: ["admin", "cancel-build"] },
  ] as const;
  assert.equal(
    connectionText({ ...connection, missing }, plainLocaliser),
    "Connected to https://h as bob. bob lacks the roles to start evaluations (admin or eval-jobset), cancel builds (admin or " +
      "cancel-build). The owner and the members of a project need none of them.",
  );
  assert.match(
    connectionText({ ...connection, hasProject: false }, plainLocaliser),
    /'morph' is created with the first/,
  );
  const creation = { action: "create the project", roles: ["admin", "create-projects"] } as const;
  assert.equal(
    connectionText({ ...connection, missing: [creation], hasProject: false }, plainLocaliser),
    "Connected to https://h as bob. It does not have the project 'morph'. " +
      "bob lacks the roles to create the project (admin or create-projects).",
  );
  assert.match(connectionText({ ...connection, user: undefined, missing }, plainLocaliser), /without signing in/);
});
