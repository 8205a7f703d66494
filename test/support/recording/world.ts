import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { type Builder, startBuilder } from "../builder.ts";
import { type Cache, startCache } from "../cache.ts";
import { fixturesDir } from "../fixtures.ts";
import { type Lab, startLab } from "../lab.ts";
import { freePort } from "../ports.ts";
import { mustRun } from "../run.ts";

/** What the situations are made of: a laboratory, a cache and a remote builder. */
export interface World {
  readonly lab: Lab;
  readonly cache: Cache;
  /** The cache, at 40 kB a second. */
  readonly slowCache: string;
  readonly builder: Builder;
  /** The derivation of an attribute of situations.nix. */
  drvOf(attribute: string): Promise<string>;
  /** Builds an attribute without output. */
  build(attribute: string): Promise<string>;
  /** Removes everything that was built, here and on the builder, and Nix's cache of narinfos. */
  reset(): Promise<void>;
}

const expressions = path.join(fixturesDir, "streams/situations.nix");

/** The attributes whose outputs are in the cache. */
const pushed = ["good", "large", "torn", "tampered"];

export async function startWorld(): Promise<World> {
  const lab = await startLab();
  const must = (command: string, args: readonly string[]) =>
    mustRun(command, args, { env: lab.env, cwd: lab.env.HOME });
  const file = path.join(lab.dir, "situations.nix");
  fs.copyFileSync(expressions, file);
  const cache = await startCache(lab);
  fs.writeFileSync(path.join(lab.dir, "cache-url"), cache.url);
  const build = (attribute: string) => must("nix-build", [file, "-A", attribute, "--no-out-link"]);
  for (const attribute of pushed) await cache.push([await build(attribute)]);
  fs.rmSync(narOf(cache, await build("torn")));
  fs.copyFileSync(narOf(cache, await build("large")), narOf(cache, await build("tampered")));
  const builder = await startBuilder(lab, { name: "attic", systems: ["x86_64-linux"] });
  return {
    lab,
    cache,
    slowCache: await slowed(lab, cache),
    builder,
    drvOf: attribute => must("nix-instantiate", [file, "-A", attribute]),
    build,
    reset: async () => {
      lab.setConf({});
      fs.rmSync(lab.env.XDG_CACHE_HOME, { recursive: true, force: true });
      await must("nix-collect-garbage", []);
      await must("ssh", ["-F", builder.sshConfig, builder.name, "nix-collect-garbage"]);
    },
  };
}

/** The file of a cache that has a path's contents. */
function narOf({ folder }: Cache, output: string): string {
  const narinfo = fs.readFileSync(path.join(folder, `${path.basename(output).slice(0, 32)}.narinfo`), "utf8");
  return path.join(folder, /^URL: (.*)$/m.exec(narinfo)?.[1] ?? "");
}

const [bytesAtOnce, pause] = [4_000, 100];

/** A server that sends a cache's files slowly. */
async function slowed(lab: Lab, cache: Cache): Promise<string> {
  const server = http.createServer(async (request, response) => {
    const answer = await fetch(cache.url + request.url);
    const body = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { "content-length": body.length });
    for (let sent = 0; sent < body.length; sent += bytesAtOnce) {
      response.write(body.subarray(sent, sent + bytesAtOnce));
      await new Promise(resolve => setTimeout(resolve, pause));
    }
    response.end();
  });
  const port = await freePort();
  await new Promise<void>(resolve => server.listen(port, "127.0.0.1", resolve));
  lab.defer(async () => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}`;
}
