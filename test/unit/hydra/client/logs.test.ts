import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { LogPart } from "../../../../server/src/hydra/api.ts";
import { clientOf, type Reply, resultOf, scripted } from "../../../support/scriptedHydra.ts";

const name = `${"1".repeat(32)}-linux-6.6.drv`;
const of = { build: 7, step: 2, drvPath: `/nix/store/${name}` };
const plain = { "content-type": "text/plain; charset=utf-8" };

/** A server with a log, as Hydra serves it: as a whole, its last lines, and its length unless it is compressed. */
async function withLog(log: { text: string; isCompressed?: boolean }) {
  let sent = 0;
  const server = await scripted(({ method, path }) => {
    const url = new URL(path, "http://hydra");
    if (url.pathname !== `/log/${name}`) return [404, { error: "The build log is not available." }];
    const tail = url.searchParams.get("tail");
    const text =
      tail === null
        ? log.text
        : log.text
            .split(/(?<=\n)/)
            .slice(-Number(tail))
            .join("");
    if (method !== "HEAD") sent += Buffer.byteLength(text);
    const length = tail !== null || log.isCompressed === true ? { "transfer-encoding": "chunked" } : {};
    return [200, text, { ...plain, ...length }] satisfies Reply;
  });
  return { ...server, sent: () => sent };
}

const lines = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => `  CC [M]  drivers/net/file-${from + index}.o\n`).join("");

describe("a log", () => {
  it("is read once and followed by what is added", async () => {
    const log = { text: lines(0, 20_000) };
    const server = await withLog(log);
    const client = clientOf(server.url);
    let part: LogPart | undefined = resultOf(await client.log(of, 0));
    assert.equal(part?.text, log.text);
    const first = server.sent();
    for (let round = 0; round < 20; round++) {
      const added = lines(20_000 + round * 50, 50);
      log.text += added;
      part = resultOf(await client.log(of, part?.next ?? 0));
      assert.equal(part?.text, added);
      const next: number = part?.next ?? 0;
      const idle = resultOf(await client.log(of, next));
      assert.deepEqual(idle, { text: "", next: Buffer.byteLength(log.text) });
    }
    // 20 times 50 lines were added, of 38 bytes each.
    assert.ok(server.sent() - first < 5 * 20 * 50 * 38, `${server.sent() - first} bytes`);
  });

  it("of 100 MB is read in parts over one connection, and only its growth afterwards", async () => {
    const line = "ü [M]  drivers/net/a-line-of-a-log-with-fifty-bytes.o\n";
    const log = Buffer.from(line.repeat(Math.ceil((100 * 2 ** 20) / Buffer.byteLength(line))));
    let sent = 0;
    const server = await scripted(({ method }) => {
      if (method !== "HEAD") sent += log.length;
      return [200, log, plain];
    });
    const client = clientOf(server.url);
    let offset = 0;
    for (let part: LogPart | undefined; part?.text !== ""; ) {
      part = resultOf(await client.log(of, offset));
      assert.ok(part !== undefined && !part.text.includes("\u{fffd}"));
      offset = part.next;
    }
    assert.equal(offset, log.length);
    assert.equal(sent, log.length);
  });

  it("whose length is not known is followed by its last lines", async () => {
    const log = { text: lines(0, 5000), isCompressed: true };
    const server = await withLog(log);
    const client = clientOf(server.url);
    const part = resultOf(await client.log(of, 0));
    const first = server.sent();
    log.text += "done\n";
    assert.equal(resultOf(await client.log(of, part?.next ?? 0))?.text, "done\n");
    assert.ok(server.sent() - first < 10_000);
  });

  it("that grew by more than its last lines is read to its end", async () => {
    const log = { text: lines(0, 200), isCompressed: true };
    const server = await withLog(log);
    const client = clientOf(server.url);
    const part = resultOf(await client.log(of, 0));
    const added = lines(200, 10_000);
    log.text += added;
    assert.equal(resultOf(await client.log(of, part?.next ?? 0))?.text, added);
  });

  it("that has begun again is returned from its start", async () => {
    const log = { text: lines(0, 1000) };
    const server = await withLog(log);
    const client = clientOf(server.url);
    const part = resultOf(await client.log(of, 0));
    log.text = "building again\n";
    assert.deepEqual(resultOf(await client.log(of, part?.next ?? 0)), { text: "building again\n", next: 15 });
  });

  it("of a client that has not read its start is read from an offset", async () => {
    const log = { text: lines(0, 1000) };
    const server = await withLog(log);
    const part = resultOf(await clientOf(server.url).log(of, 20_000));
    assert.deepEqual(part, { text: log.text.slice(20_000), next: log.text.length });
  });

  it("never ends within a character", async () => {
    const whole = Buffer.from("fetching ü🙂\n");
    let size = 0;
    const server = await scripted(() => [200, whole.subarray(0, size), plain]);
    const client = clientOf(server.url);
    let [text, next] = ["", 0];
    for (size = 0; size <= whole.length; size++) {
      const part = resultOf(await client.log(of, next));
      text += part?.text;
      next = part?.next ?? 0;
    }
    assert.equal(text, whole.toString());
    assert.equal(next, whole.length);
  });

  it("that does not exist is none", async () => {
    const server = await withLog({ text: "" });
    const other = { build: 7, step: 1, drvPath: `/nix/store/${"2".repeat(32)}-b.drv` };
    assert.equal(resultOf(await clientOf(server.url).log(other, 0)), undefined);
    assert.equal(resultOf(await clientOf(server.url).logTail(other, 10)), undefined);
  });

  it("has last lines", async () => {
    const server = await withLog({ text: lines(0, 10_000) });
    assert.equal(resultOf(await clientOf(server.url).logTail(of, 3)), lines(9997, 3));
    assert.ok(server.sent() < 1000);
  });

  it("is found by the number of its step, on servers of 2026 and of 2023", async () => {
    const log: Reply = [200, "hello\n", plain];
    const current = await scripted(({ path }) =>
      path === "/build/7/step/2"
        ? [200, { stepnr: 2, drvpath: of.drvPath }]
        : path.startsWith("/build/7/step/")
          ? [404, { error: "Build doesn't have a build step 3." }]
          : path === `/log/${name}`
            ? log
            : [404, { error: "Page not found." }],
    );
    const old = await scripted(({ path }) =>
      path === "/build/7/nixlog/2/raw"
        ? [302, "", { location: `http://hydra.example.org/log/${name}` }]
        : path === `/log/${name}`
          ? log
          : [404, { error: "Page not found." }],
    );
    for (const { url } of [current, old]) {
      const client = clientOf(url);
      assert.equal(resultOf(await client.hasStep(7, 2)), true);
      assert.equal(resultOf(await client.hasStep(7, 3)), false);
      assert.equal(resultOf(await client.log({ build: 7, step: 2 }, 0))?.text, "hello\n");
      assert.equal(resultOf(await client.log({ build: 7, step: 3 }, 0)), undefined);
    }
    // The page of a step is not asked for again where there are none.
    assert.equal(old.received.filter(each => each.path.startsWith("/build/7/step/")).length, 1);
  });
});
