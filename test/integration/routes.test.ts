import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import type { Route } from "../../server/src/protocol.ts";
import { readTrustedKeys } from "../../server/src/signing/keys.ts";
import { parsePathInfos } from "../../server/src/signing/pathInfo.ts";
import { routesTo } from "../../server/src/signing/routes/target.ts";
import { startBuilder } from "../support/builder.ts";
import { type SigningKey, startCache } from "../support/cache.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { mustRun } from "../support/run.ts";

// Our verdict by route against what real Nix does over real ssh: to a machine that trusts the user who logs in, and to one that does not.

let lab: Lab;
let key: SigningKey;

const newStyle = ["--extra-experimental-features", "nix-command"];

before(async () => {
  lab = await startLab();
  ({ key } = await startCache(lab));
  const systems = ["x86_64-linux"];
  const trustedPublicKeys = [key.publicKey];
  await Promise.all([
    startBuilder(lab, { name: "trusting", systems, trustedPublicKeys }),
    startBuilder(lab, { name: "untrusting", systems, trustedPublicKeys, isUntrusting: true }),
  ]);
});

after(() => lab.stop());

/** Builds something new here, and signs it unless it stays unsigned. */
async function built(name: string, isSigned: boolean): Promise<string> {
  const builder = 'system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo > $out" ];';
  const run = (command: string, args: readonly string[]) => mustRun(command, args, { env: lab.env, cwd: lab.dir });
  const storePath = await run("nix-build", ["--no-out-link", "-E", `derivation { name = "${name}"; ${builder} }`]);
  if (isSigned) await run("nix", [...newStyle, "store", "sign", "--key-file", key.secretFile, storePath]);
  return storePath;
}

/** What real Nix does by a route. */
async function isTaken(route: Route, host: string, storePath: string): Promise<boolean> {
  const [command, ...args] =
    route === "push"
      ? ["nix-copy-closure", "--to", host, storePath]
      : ["nix", ...newStyle, "copy", "--to", `ssh-ng://${host}`, storePath];
  const { code, stderr } = await lab.nix(command ?? "", args);
  if (code !== 0) assert.match(stderr, /lacks a (?:valid )?signature/);
  return code === 0;
}

/** What we say about it. */
async function verdict(route: Route, host: string, storePath: string): Promise<string | undefined> {
  const info = await lab.nix("nix", [...newStyle, "path-info", "--json", "--recursive", storePath]);
  const trust = {
    keys: [key.publicKey],
    caches: [],
    users: ["root"],
    requiresSignatures: true,
    login: host === "trusting" ? "root" : "ada",
    substitutes: false,
  };
  const closure = parsePathInfos(info.stdout);
  assert.deepEqual(
    closure.map(each => path.basename(each.path)),
    [path.basename(storePath)],
  );
  const checked = { closure, caches: [], keys: readTrustedKeys([]) };
  return routesTo({ machine: host, trust }, checked).find(each => each.route === route)?.verdict;
}

const cases: readonly [route: Route, host: string, isSigned: boolean, expected: "accepted" | "refused"][] = [
  ["push", "trusting", false, "accepted"],
  ["push", "untrusting", false, "refused"],
  ["push", "untrusting", true, "accepted"],
  ["copy", "trusting", false, "refused"],
  ["copy", "trusting", true, "accepted"],
  ["copy", "untrusting", false, "refused"],
  ["copy", "untrusting", true, "accepted"],
];

for (const [route, host, isSigned, expected] of cases) {
  test(`a path that is ${isSigned ? "signed" : "not signed"} is ${expected} by ${route} to a host that is ${host}`, async () => {
    const storePath = await built(`${route}-${host}-${isSigned}`, isSigned);
    assert.equal(await verdict(route, host, storePath), expected);
    assert.equal(await isTaken(route, host, storePath), expected === "accepted");
  });
}
