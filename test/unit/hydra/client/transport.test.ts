import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { alice, clientOf, codeOf, resultOf, scripted, withSessions } from "../../../support/scriptedHydra.ts";

const jobset = { name: "eiffel", enabled: 1, nixexprinput: "network", nixexprpath: "hydra/eiffel.nix" };
const pushed = { jobsetsTriggered: ["morph:eiffel"] };

describe("signing in", () => {
  it("happens when the server asks for it, and the request is sent again with the session", async () => {
    const server = await withSessions(() => [200, jobset]);
    const client = clientOf(server.url);
    assert.equal(resultOf(await client.jobset("morph", "eiffel"))?.name, "eiffel");
    resultOf(await client.jobset("morph", "eiffel"));
    assert.equal(server.logins(), 1);
    assert.deepEqual(
      server.received.map(({ method, path }) => `${method} ${path}`),
      ["GET /jobset/morph/eiffel", "POST /login", "GET /jobset/morph/eiffel", "GET /jobset/morph/eiffel"],
    );
  });

  it("happens again, silently and once, when the session has expired", async () => {
    const server = await withSessions(() => [200, jobset]);
    const client = clientOf(server.url);
    resultOf(await client.jobset("morph", "eiffel"));
    server.expire();
    const both = await Promise.all([client.jobset("morph", "eiffel"), client.jobset("morph", "eiffel")]);
    assert.deepEqual(both.map(codeOf), [undefined, undefined]);
    assert.equal(server.logins(), 2);
  });

  it("is not possible without a login, or with a wrong password", async () => {
    const server = await withSessions(() => [200, jobset], { password: "other" });
    assert.equal(codeOf(await clientOf(server.url, null).jobset("morph", "eiffel")), "hydra-signed-out");
    const refused = await clientOf(server.url).jobset("morph", "eiffel");
    assert.equal(codeOf(refused), "hydra-login");
    assert.ok(!JSON.stringify(refused).includes(alice.password));
    assert.match(JSON.stringify(refused), /morph\.connectHydra/);
  });

  it("is not repeated for what the user may not do, and the missing role is named", async () => {
    const error =
      "Only the project members, administrators, and accounts with eval-jobset privileges can perform this operation.";
    const server = await withSessions(() => [403, { error, jobsetsTriggered: [] }]);
    const client = clientOf(server.url);
    const refused = await client.trigger("morph", "eiffel");
    assert.ok("problem" in refused && refused.problem.code === "hydra-role");
    assert.match(refused.problem.message, /^alice .* admin or eval-jobset/);
    assert.equal(server.logins(), 1);
  });
});

describe("the check against requests from other sites", () => {
  for (const own of ["http://hydra.example.org/", "http://localhost:3000/hydra/"])
    it(`is passed with the address that the server takes for its own: ${own}`, async () => {
      const server = await scripted(({ headers }) =>
        `${headers.referer}/`.startsWith(own)
          ? [200, pushed]
          : [500, { error: `POST requests should come from ‘${own}’.` }],
      );
      const client = clientOf(`${server.url}/hydra`);
      resultOf(await client.trigger("morph", "eiffel"));
      resultOf(await client.trigger("morph", "eiffel"));
      // Requests go where they went before, and the address is learned once.
      assert.deepEqual(
        server.received.map(({ path }) => path),
        Array(3).fill("/hydra/api/push?jobsets=morph%3Aeiffel"),
      );
      assert.deepEqual(new Set(server.received.map(({ headers }) => headers.host)).size, 1);
    });

  it("is tried once only", async () => {
    const error = "POST requests should come from ‘http://x/’.";
    const server = await scripted(() => [500, { error }]);
    assert.equal(codeOf(await clientOf(server.url).trigger("morph", "eiffel")), "hydra-refused");
    assert.equal(server.received.length, 2);
  });
});

describe("cookie and password", () => {
  it("never reach another server, wherever answers lead", async () => {
    const stranger = await scripted(() => [200, "a log of old\n"]);
    const server = await withSessions(({ path }) => {
      if (path.startsWith("/log/")) return [302, "", { location: `${stranger.url}${path}` }];
      if (path.startsWith("/build/")) return [302, "", { location: `${stranger.url}/elsewhere` }];
      return [301, "", { location: `${stranger.url}/jobset/morph/tower` }];
    });
    const client = clientOf(server.url);
    await client.jobset("morph", "eiffel");
    await client.build(7);
    await client.steps(7);
    await client.restart(7);
    await client.connect("morph");
    const drvPath = `/nix/store/${"1".repeat(32)}-a.drv`;
    const log = resultOf(await client.log({ build: 7, step: 1, drvPath }, 0));
    assert.deepEqual(log, { text: "a log of old\n", next: 13 });
    assert.deepEqual(
      stranger.received.map(({ path }) => path),
      [`/log/${"1".repeat(32)}-a.drv`],
    );
    for (const { headers, body } of stranger.received) {
      assert.doesNotMatch(JSON.stringify(headers), /hydra_session|cookie|authorization|referer/i);
      assert.ok(!body.includes(alice.password));
    }
  });

  it("are not sent where the whole server has moved", async () => {
    const next = await scripted(() => [200, {}]);
    const server = await scripted(({ path }) => [301, "", { location: `${next.url}${path}` }]);
    const answer = await clientOf(server.url).connect("morph");
    assert.ok("problem" in answer && answer.problem.code === "hydra-refused");
    assert.ok(answer.problem.message.includes(next.url));
    assert.deepEqual(next.received, []);
  });
});

describe("a server that is not well", () => {
  it("is asked again after the time that it says, but not to do something", async () => {
    let left = 2;
    const server = await scripted(() => (left-- > 0 ? [429, "", { "retry-after": "0" }] : [200, jobset]));
    resultOf(await clientOf(server.url).jobset("morph", "eiffel"));
    left = 1;
    assert.equal(codeOf(await clientOf(server.url).restart(7)), "hydra-unreachable");
    assert.equal(server.received.length, 4);
  });

  it("is not asked again after an error of Hydra, which says what is wrong", async () => {
    const server = await scripted(() => [500, { error: "This build cannot be cancelled." }]);
    const refused = await clientOf(server.url).cancel(7);
    assert.ok("problem" in refused && refused.problem.code === "hydra-refused");
    assert.match(refused.problem.message, /This build cannot be cancelled\.$/);
    assert.equal(server.received.length, 1);
  });

  it("that answers with a page is not Hydra, or not its address", async () => {
    for (const status of [200, 404]) {
      const server = await scripted(() => [status, "<html>Welcome</html>"]);
      assert.equal(codeOf(await clientOf(server.url).connect("morph")), "hydra-not-hydra", String(status));
      assert.equal(codeOf(await clientOf(server.url, null).jobset("morph", "eiffel")), "hydra-not-hydra");
    }
  });

  it("that answers with other JSON is not Hydra", async () => {
    const server = await scripted(() => [200, { evals: "none" }]);
    const client = clientOf(server.url);
    assert.equal(codeOf(await client.evaluations("morph", "eiffel")), "hydra-not-hydra");
    assert.equal(codeOf(await client.build(1)), "hydra-not-hydra");
  });

  it("that closes the connection cannot be reached", async () => {
    const server = await scripted(() => undefined);
    assert.equal(codeOf(await clientOf(server.url).queue(5)), "hydra-unreachable");
  });

  it("is no longer asked when the request is cancelled", async () => {
    const abort = new AbortController();
    const server = await scripted(() => {
      abort.abort();
      return [503, ""];
    });
    const outcome = await clientOf(server.url).queue(5, abort.signal);
    assert.ok("problem" in outcome);
    assert.equal(server.received.length, 1);
  });
});

describe("what a user may not do", () => {
  const roles = async (project: object | undefined, userroles: readonly string[]) => {
    const server = await scripted(({ path }) =>
      path === "/login"
        ? [200, { username: "alice", userroles }]
        : project === undefined
          ? [404, { error: "Project morph doesn't exist." }]
          : [200, project],
    );
    return resultOf(await clientOf(server.url).connect("morph")).missing.map(({ action }) => action);
  };

  it("depends on roles, on whether the project exists, and on who owns it", async () => {
    const [own, other] = [
      { name: "morph", owner: "alice" },
      { name: "morph", owner: "bob" },
    ];
    assert.deepEqual(await roles(undefined, []), ["create the project"]);
    assert.deepEqual(await roles(undefined, ["create-projects"]), []);
    assert.deepEqual(await roles(own, []), []);
    assert.deepEqual(await roles(other, ["admin"]), []);
    assert.deepEqual(await roles(other, ["eval-jobset", "restart-jobs"]), ["change jobsets", "cancel builds"]);
  });
});
