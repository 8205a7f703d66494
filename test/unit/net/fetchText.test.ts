import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { Connections } from "../../../server/src/net/connections.ts";
import { type FetchedText, type FetchOptions, fetchText } from "../../../server/src/net/fetchText.ts";
import { startSilentCache } from "../../support/silentCache.ts";

type Answer = (response: http.ServerResponse, request: http.IncomingMessage) => void;

/** Far more than any answer takes (ms). */
const patience = 60_000;
const connections = new Connections();
const options: FetchOptions = { connections, timeout: patience, maxBytes: 1000 };

/** What was asked: host, path and headers. */
const asked: { host: string; path: string; headers: http.IncomingHttpHeaders }[] = [];
const answers = new Map<string, Answer>();
const server = http.createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "", "http://server");
  asked.push({ host: request.headers.host ?? "", path: pathname, headers: request.headers });
  (answers.get(pathname) ?? (each => each.writeHead(404).end("none")))(response, request);
});
let port = 0;

before(async () => {
  // Two names of this machine are two hosts.
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});

after(() => {
  connections.close();
  server.closeAllConnections();
  server.close();
});

function at(path: string, host = "127.0.0.1"): string {
  return `http://${host}:${port}${path}`;
}

function fetchAt(path: string, answer: Answer, more: Partial<FetchOptions> = {}): Promise<FetchedText> {
  answers.set(path, answer);
  return fetchText(at(path), { ...options, ...more });
}

function redirect(status: number, location: string): Answer {
  return response => response.writeHead(status, { location }).end("elsewhere");
}

/** Asserts why a request failed. */
function assertFailed(answer: FetchedText, reason: string, detail?: RegExp): void {
  assert.ok(answer.kind === "failed", answer.kind);
  assert.equal(answer.reason, reason, answer.detail);
  assert.match(answer.detail, detail ?? /./);
}

describe("an answer", () => {
  it("is its text, as UTF-8", async () => {
    const answer = await fetchAt("/text", response => {
      const bytes = Buffer.from("Grüße 🙂\n");
      response.write(bytes.subarray(0, 10));
      response.end(bytes.subarray(10));
    });
    assert.deepEqual(answer, { kind: "text", text: "Grüße 🙂\n" });
  });

  it("may be empty", async () =>
    assert.deepEqual(await fetchAt("/empty", response => response.writeHead(204).end()), { kind: "text", text: "" }));

  it("may be compressed", async () => {
    for (const [encoding, bytes] of [
      ["gzip", gzipSync("narinfo")],
      ["br", brotliCompressSync("narinfo")],
    ] as const) {
      const answer = await fetchAt(`/${encoding}`, response =>
        response.writeHead(200, { "content-encoding": encoding }).end(bytes),
      );
      assert.deepEqual(answer, { kind: "text", text: "narinfo" });
    }
  });

  it("with another status is that, whatever it says besides", async () => {
    for (const status of [304, 401, 403, 404, 410, 429, 500, 503])
      assert.deepEqual(await fetchAt(`/${status}`, response => response.writeHead(status).end()), {
        kind: "status",
        status,
      });
  });
});

describe("a request fails when", () => {
  it("the body is longer than allowed, however long it says it is", async () => {
    const text = "x".repeat(1000);
    assert.equal((await fetchAt("/fits", response => response.end(text))).kind, "text");
    assertFailed(await fetchAt("/long", response => response.end(`${text}x`)), "too-large", /1000 bytes/);
    const chunked = await fetchAt("/chunked", response => {
      response.write(text);
      response.end("x");
    });
    assertFailed(chunked, "too-large");
  });

  it("the body never ends: the connection is closed then", async () => {
    let closed: Promise<void> | undefined;
    const answer = await fetchAt("/endless", response => {
      closed = new Promise(resolve => response.once("close", () => resolve()));
      const chunk = Buffer.alloc(64 * 1024, "x");
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on("drain", more);
      more();
    });
    assertFailed(answer, "too-large");
    await closed;
  });

  it("a little that is compressed becomes a lot", async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const answer = await fetchAt("/bomb", response =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
    );
    assertFailed(answer, "too-large");
  });

  it("it says that it is compressed and is not", async () => {
    const answer = await fetchAt("/plain", response =>
      response.writeHead(200, { "content-encoding": "gzip" }).end("plain"),
    );
    assertFailed(answer, "unreachable");
  });

  it("the body is cut off", async () => {
    const chunked = await fetchAt("/cut", response => {
      response.write("half");
      response.socket?.end();
    });
    assertFailed(chunked, "unreachable");
    const short = await fetchAt("/short", response => {
      response.writeHead(200, { "content-length": 100 }).write("half");
      response.socket?.end();
    });
    assertFailed(short, "unreachable");
  });

  it("no answer comes in time", async () => {
    const silent = await startSilentCache();
    assertFailed(await fetchText(silent.url, { ...options, timeout: 50 }), "timed-out", /50 ms/);
    await silent.stop();
  });

  it("the body does not come in time, or the last of several redirects", async () => {
    const slow: Answer = response => response.writeHead(200).write("begun");
    assertFailed(await fetchAt("/slow", slow, { timeout: 200 }), "timed-out");
    assertFailed(await fetchAt("/toSlow", redirect(302, "/slow"), { timeout: 200 }), "timed-out");
  });

  it("it is cancelled before, while no answer has come, or in the body", async () => {
    assertFailed(await fetchAt("/text", () => undefined, { signal: AbortSignal.abort() }), "cancelled");
    for (const begin of [() => undefined, (response: http.ServerResponse) => response.writeHead(200).write("begun")]) {
      const abort = new AbortController();
      const answer = fetchAt(
        "/cancelled",
        response => {
          begin(response);
          setImmediate(() => abort.abort());
        },
        { signal: abort.signal },
      );
      assertFailed(await answer, "cancelled");
    }
  });

  it("nobody answers, the connection breaks, or what comes is no HTTP", async () => {
    const gone = http.createServer().listen(0, "127.0.0.1");
    await new Promise(resolve => gone.once("listening", resolve));
    const { port: free } = gone.address() as AddressInfo;
    await new Promise(resolve => gone.close(resolve));
    assertFailed(await fetchText(`http://127.0.0.1:${free}`, options), "unreachable", /ECONNREFUSED/);
    assertFailed(await fetchAt("/broken", response => response.destroy()), "unreachable");
    assertFailed(await fetchAt("/noise", response => response.socket?.end("SSH-2.0-x\r\n")), "unreachable");
    assertFailed(await fetchText(`https://127.0.0.1:${port}`, options), "unreachable");
  });

  it("the address is none, or of another scheme", async () => {
    for (const address of ["", "http://", "file:///etc/passwd", "ftp://127.0.0.1/x", "nonsense"])
      assertFailed(await fetchText(address, options), "unreachable");
  });
});

describe("a login", () => {
  const answer: Answer = (response, request) => {
    response.writeHead(request.headers.authorization === undefined ? 401 : 200).end(request.headers.authorization);
  };
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

  it("in the address is sent, and is in no result", async () => {
    answers.set("/private", answer);
    const url = (login: string, path = "/private") => `http://${login}@127.0.0.1:${port}${path}`;
    for (const [login, sent] of [
      ["user:hunter2", "user:hunter2"],
      ["us%40er:p%3Aw%25", "us@er:p:w%"],
      ["user:50%", "user:50%"],
      ["user", "user:"],
      [":token", ":token"],
    ] as const)
      assert.deepEqual(await fetchText(url(login), options), { kind: "text", text: basic(sent) });
    answers.set("/privateGone", response => response.destroy());
    answers.set("/privateElsewhere", redirect(302, "ftp://user:hunter2@host/?token=hunter2"));
    for (const path of ["/privateGone", "/privateElsewhere"])
      assert.doesNotMatch(JSON.stringify(await fetchText(url("user:hunter2", path), options)), /hunter2|user/);
  });

  it("is looked up for each host that has none, and not sent to another", async () => {
    answers.set("/private", answer);
    const loginFor = (host: string, user?: string) =>
      host === "localhost" ? { user: user ?? "found", password: "looked up" } : undefined;
    const fetched = (address: string) => fetchText(address, { ...options, loginFor });
    assert.deepEqual(await fetched(at("/private")), { kind: "status", status: 401 });
    assert.deepEqual(await fetched(at("/private", "localhost")), { kind: "text", text: basic("found:looked up") });
    const named = await fetched(`http://me@localhost:${port}/private`);
    assert.deepEqual(named, { kind: "text", text: basic("me:looked up") });
    answers.set("/toOther", redirect(302, at("/private", "localhost")));
    const other = await fetched(`http://user:hunter2@127.0.0.1:${port}/toOther`);
    assert.deepEqual(other, { kind: "text", text: basic("found:looked up") });
    answers.set("/toFirst", redirect(302, at("/private")));
    assert.deepEqual(await fetched(at("/toFirst", "localhost")), { kind: "status", status: 401 });
  });
});

describe("connections", () => {
  it("are kept open, and used by many requests", async () => {
    const sockets = new Set<unknown>();
    answers.set("/kept", (response, request) => {
      sockets.add(request.socket);
      response.end("x");
    });
    const own = new Connections({ perHost: 4 });
    await Promise.all(Array.from({ length: 40 }, () => fetchText(at("/kept"), { ...options, connections: own })));
    assert.ok(sockets.size <= 4, `${sockets.size} connections`);
    own.close();
  });

  it("that the server has closed meanwhile do not make a request fail", async () => {
    const own = new Connections({ perHost: 1 });
    let count = 0;
    answers.set("/closing", (response, request) => {
      if (++count === 2) return void request.socket.destroy();
      response.end(`${count}`);
    });
    const fetched = () => fetchText(at("/closing"), { ...options, connections: own });
    assert.deepEqual(await fetched(), { kind: "text", text: "1" });
    assert.deepEqual(await fetched(), { kind: "text", text: "3" });
    own.close();
  });
});

it("HEAD asks without a body", async () => {
  answers.set("/head", (response, request) => response.end(request.method));
  assert.deepEqual(await fetchText(at("/head"), { ...options, method: "HEAD" }), { kind: "text", text: "" });
  assert.deepEqual(await fetchText(at("/headNowhere"), { ...options, method: "HEAD" }), {
    kind: "status",
    status: 404,
  });
});

it("a server says how long to wait", async () => {
  const wait = (value: string) =>
    fetchAt("/wait", response => response.writeHead(429, { "retry-after": value }).end("later"));
  assert.deepEqual(await wait("2"), { kind: "status", status: 429, retryAfter: 2000 });
  assert.deepEqual(await wait("Fri, 31 Dec 1999 23:59:59 GMT"), { kind: "status", status: 429 });
});

it("a head that does not come is not awaited as long as a body", async () => {
  const limits = { ...options, firstByte: 50, timeout: patience };
  assertFailed(await fetchAt("/noHead", () => undefined, limits), "timed-out");
  const slow = await fetchAt(
    "/head",
    response => {
      response.flushHeaders();
      response.once("finish", () => undefined);
      response.end("body");
    },
    limits,
  );
  assert.equal(slow.kind, "text");
});

describe("redirects", () => {
  const headers = { authorization: "Bearer secret", cookie: "a=secret", "x-token": "secret", accept: "text/plain" };

  it("are followed, of every kind, and those that lead nowhere are an answer", async () => {
    answers.set("/there", response => response.end("there"));
    for (const status of [301, 302, 303, 307, 308])
      assert.deepEqual(await fetchAt(`/to${status}`, redirect(status, "/there")), { kind: "text", text: "there" });
    assert.deepEqual(await fetchAt("/toNowhere", response => response.writeHead(302).end()), {
      kind: "status",
      status: 302,
    });
  });

  it("carry secrets to the same host, none to another, and none back", async () => {
    answers.set("/end", response => response.end("end"));
    answers.set("/away", redirect(302, at("/back", "localhost")));
    answers.set("/back", redirect(307, at("/end")));
    asked.length = 0;
    const answer = await fetchAt("/start", redirect(301, "/away"), { headers });
    assert.deepEqual(answer, { kind: "text", text: "end" });
    assert.deepEqual(
      asked.map(({ host, path, headers: { authorization, cookie, accept, "x-token": token } }) => {
        return [host, path, authorization, cookie, token, accept];
      }),
      [
        [`127.0.0.1:${port}`, "/start", "Bearer secret", "a=secret", "secret", "text/plain"],
        [`127.0.0.1:${port}`, "/away", "Bearer secret", "a=secret", "secret", "text/plain"],
        [`localhost:${port}`, "/back", undefined, undefined, undefined, "text/plain"],
        [`127.0.0.1:${port}`, "/end", undefined, undefined, undefined, "text/plain"],
      ],
    );
  });

  it("in a circle, or too many, end", async () => {
    asked.length = 0;
    assertFailed(await fetchAt("/circle", redirect(302, "/circle")), "redirect", /more than 10 times/);
    assert.equal(asked.length, 11);
    for (let hop = 0; hop < 9; hop++) answers.set(`/hop${hop}`, redirect(302, `/hop${hop + 1}`));
    answers.set("/hop9", response => response.end("ten"));
    assert.equal((await fetchAt("/hop", redirect(302, "/hop0"))).kind, "text");
  });

  it("to a file, or with a login, are not followed, and the login is not said", async () => {
    assertFailed(await fetchAt("/toFile", redirect(302, "file:///etc/passwd")), "redirect", /file:/);
    const login = await fetchAt("/toLogin", redirect(302, `http://user:hunter2@127.0.0.1:${port}/text`));
    assertFailed(login, "redirect", /127\.0\.0\.1/);
    assert.doesNotMatch(JSON.stringify(login), /hunter2/);
  });

  it("have bodies that nobody reads, which cost no connection", async () => {
    answers.set("/there", response => response.end("there"));
    const long = "x".repeat(200_000);
    for (let index = 0; index < 20; index++) {
      const answer = await fetchAt("/longRedirect", response =>
        response.writeHead(302, { location: "/there" }).end(long),
      );
      assert.equal(answer.kind, "text");
    }
    const open = await new Promise<number>((resolve, reject) =>
      server.getConnections((error, found) => (error ? reject(error) : resolve(found))),
    );
    assert.ok(open <= 10, `${open} connections stay open`);
  });
});
