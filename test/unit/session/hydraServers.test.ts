import assert from "node:assert/strict";
import { test } from "node:test";
import { openHydra } from "../../../server/src/hydra/client/open.ts";
import { Connections } from "../../../server/src/net/connections.ts";
import type { HydraLogin, HydraProject } from "../../../server/src/protocol.ts";
import { HydraServers } from "../../../server/src/session/hydra/hydraServers.ts";
import { alice, codeOf, resultOf, type Scripted, withSessions } from "../../support/scriptedHydra.ts";

const jobset = { name: "eiffel", enabled: 1 };
const project = { name: "morph", owner: "alice" };

/** The servers of a session whose client keeps a login. */
function servers(kept: HydraLogin | null, configured: HydraProject, isTrusted = true) {
  const asked: string[] = [];
  const state = { kept, configured, isTrusted };
  const connections = new Connections();
  const all = new HydraServers({
    configured: () => state.configured,
    isTrusted: () => state.isTrusted,
    connections: () => Promise.resolve(connections),
    requestLogin: url => {
      asked.push(url);
      return Promise.resolve(state.kept);
    },
    open: openHydra,
  });
  return { all, asked, state, close: () => connections.close() };
}

function withProject() {
  return withSessions(({ path }) => [200, path.startsWith("/project") ? project : jobset]);
}

const at = ({ url }: Scripted) => ({ url, project: "morph" });

test("there is a server once the settings name it and the workspace is trusted", async () => {
  const server = await withProject();
  const { all, state, asked, close } = servers(alice, { url: "", project: "morph" }, false);
  assert.equal(all.current(), undefined);
  state.configured = at(server);
  assert.equal(all.current(), undefined);
  state.isTrusted = true;
  assert.equal(all.current()?.api.url, server.url);
  assert.equal(all.current()?.api, all.current()?.api);
  // Nothing is sent and no login is requested until it is needed.
  assert.deepEqual([server.received.length, asked], [0, []]);
  close();
});

test("the client's login is requested when it is needed, by the address of the server", async () => {
  const server = await withProject();
  const { all, asked, close } = servers(alice, at(server));
  resultOf((await all.current()?.api.jobset("morph", "eiffel")) ?? { value: undefined });
  assert.deepEqual(asked, [server.url]);
  close();
});

test("a login that was entered is used once it is right, and not if it is wrong", async () => {
  const server = await withProject();
  const { all, asked, close } = servers(null, at(server));
  const signal = new AbortController().signal;
  const wrong = await all.connect({ ...at(server), login: { user: "alice", password: "wrong" } }, signal);
  assert.equal(codeOf(wrong), "hydra-login");
  assert.equal(codeOf((await all.current()?.api.jobset("morph", "eiffel")) ?? { value: null }), "hydra-signed-out");
  asked.length = 0;
  const connected = resultOf(await all.connect({ ...at(server), login: alice }, signal));
  assert.deepEqual([connected.user, connected.hasProject, connected.missing], ["alice", true, []]);
  assert.equal(codeOf((await all.current()?.api.jobset("morph", "eiffel")) ?? { value: null }), undefined);
  assert.deepEqual(asked, []);
  all.forget(server.url);
  assert.equal(codeOf((await all.current()?.api.jobset("morph", "eiffel")) ?? { value: null }), "hydra-signed-out");
  close();
});

test("a login for one server is not used for another one", async () => {
  const [server, other] = [await withProject(), await withProject()];
  const { all, asked, state, close } = servers(null, at(server));
  resultOf(await all.connect({ ...at(server), login: alice }, new AbortController().signal));
  state.configured = at(other);
  assert.equal(codeOf((await all.current()?.api.jobset("morph", "eiffel")) ?? { value: null }), "hydra-signed-out");
  assert.deepEqual(asked, [other.url]);
  assert.equal(other.logins(), 0);
  close();
});
