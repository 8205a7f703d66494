import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { createNix } from "../../server/src/nix/nix.ts";
import { askCache } from "../../server/src/signing/caches/ask.ts";
import { openAccess } from "../../server/src/signing/check/access.ts";
import { checkClosure } from "../../server/src/signing/check/check.ts";
import { readTrustedKeys } from "../../server/src/signing/keys.ts";
import { type PathInfo, parsePathInfos } from "../../server/src/signing/pathInfo.ts";
import { signatureReport } from "../../server/src/signing/report.ts";
import { createQueue } from "../../server/src/util/queue.ts";
import { type AgreementCaches, startCaches } from "../support/agreement/caches.ts";
import { type AgreementCase, cases } from "../support/agreement/cases.ts";
import { askNix, type NixVerdict } from "../support/agreement/nix.ts";
import { type Comparison, disagreements, tableOf } from "../support/agreement/table.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { mustRun } from "../support/run.ts";

// Whether we trust exactly what Nix takes, for everything that a cache can have wrong. `nix copy` counts, since `nix store verify`
// does not look at all that it should. What other versions of Nix do is recorded in test/fixtures/agreement, one file each:
// MORPH_UPDATE_GOLDEN=1 writes that of the Nix on PATH.

const folder = path.resolve(import.meta.dirname, "../fixtures/agreement");

type Verdicts = Readonly<Record<string, NixVerdict>>;

let lab: Lab;
let caches: AgreementCaches;
let version: string;
let infos: ReadonlyMap<string, PathInfo>;

before(async () => {
  lab = await startLab();
  caches = await startCaches(lab);
  version = (await nix("nix", "--version")).split(" ").at(-1) ?? "";
  const paths = [...new Set(cases.map(({ of }) => caches.pathOf(of)))];
  const listed = parsePathInfos(await nix("nix", ...newStyle, "path-info", "--json", ...paths));
  infos = new Map(listed.map(info => [info.path, info]));
});

after(() => lab.stop());

const newStyle = ["--extra-experimental-features", "nix-command"];

function nix(command: string, ...args: readonly string[]): Promise<string> {
  return mustRun(command, args, { env: lab.env, cwd: lab.dir });
}

/** What we say about each case, reading as a version of Nix does. */
function ours(asVersion: string): Promise<readonly string[]> {
  const queue = createQueue(8);
  return Promise.all(cases.map((given, index) => queue(() => ourVerdict(given, index, asVersion))));
}

async function ourVerdict(given: AgreementCase, index: number, asVersion: string): Promise<string> {
  const storePath = caches.pathOf(given.of);
  const own = infos.get(storePath);
  assert.ok(own);
  const trust = { substituters: [], trustedPublicKeys: [], version: asVersion, netrcFile: netrcOf(given) };
  const access = await openAccess(createNix(lab.env, ""), trust, lab.storeDir, undefined);
  try {
    const answers = await askCache(caches.url(index, `ours-${asVersion}`), [storePath], access);
    const [path] = signatureReport([own], [answers], readTrustedKeys(keysOf(given)), "").paths;
    assert.ok(path);
    return path.narMissing ? `${path.status}, archive missing` : path.status;
  } finally {
    access.connections.close();
  }
}

function keysOf({ keys }: AgreementCase): readonly string[] {
  return keys?.(caches.signers) ?? [caches.signers.trusted.publicKey];
}

function netrcOf({ login }: AgreementCase): string {
  return login === "netrc" ? caches.netrc : "/dev/null";
}

/** @param known what is recorded of this version. */
async function asked(known: Verdicts): Promise<Verdicts> {
  const queue = createQueue(2);
  const entries = cases.map((given, index) =>
    queue(async () => {
      const urls = [caches.url(index, "verify"), caches.url(index, "copy")] as const;
      return [
        given.name,
        await askNix(lab, caches.pathOf(given.of), urls, keysOf(given), netrcOf(given), known[given.name]),
      ] as const;
    }),
  );
  return Object.fromEntries(await Promise.all(entries));
}

test("we trust exactly what each version of Nix takes", async context => {
  const file = path.join(folder, `${version}.json`);
  const recorded = new Map<string, Verdicts>(
    fs
      .readdirSync(folder)
      .map(name => [name.replace(/\.json$/, ""), JSON.parse(fs.readFileSync(path.join(folder, name), "utf8"))]),
  );
  const isUpdate = process.env.MORPH_UPDATE_GOLDEN === "1";
  const found = await asked((!isUpdate && recorded.get(version)) || {});
  if (isUpdate) fs.writeFileSync(file, `${JSON.stringify(found, null, 2)}\n`);
  recorded.set(version, found);
  const comparisons: Comparison[] = [];
  for (const [name, theirs] of recorded) comparisons.push({ version: name, ours: await ours(name), theirs });
  for (const row of tableOf(comparisons)) context.diagnostic(row);
  assert.deepEqual(disagreements(comparisons), []);
});

test("what was built here again with other content differs from what is signed: Nix refuses the copy from here", async () => {
  const [cache, secret, key] = ["again", "again.secret", "again.public"].map(name => path.join(lab.dir, name));
  assert.ok(cache && secret && key);
  await nix("nix-store", "--generate-binary-cache-key", "again-1", secret, key);
  const publicKey = fs.readFileSync(key, "utf8").trim();
  const build = () => nix("nix-build", "--no-out-link", "-E", irreproducible);
  const storePath = await build();
  await nix("nix", ...newStyle, "copy", "--to", `file://${cache}?secret-key=${secret}`, storePath);
  const status = async () => {
    const trust = { substituters: [`file://${cache}`], trustedPublicKeys: [publicKey], version };
    const report = await checkClosure(createNix(lab.env, ""), storePath, trust);
    assert.ok("value" in report);
    return report.value.paths.map(each => [each.status, each.offers?.[0]?.status]);
  };
  assert.deepEqual(await status(), [["trusted", "trusted"]]);
  await nix("nix-store", "--delete", storePath);
  assert.equal(await build(), storePath);
  assert.deepEqual(await status(), [["differs", "trusted"]]);

  const copy = (...args: readonly string[]) =>
    lab.nix("nix", [...newStyle, "copy", ...args, "--option", "trusted-public-keys", publicKey, storePath]);
  const pushed = await copy("--to", `local?root=${path.join(lab.dir, "pushed")}`);
  assert.equal(pushed.code, 1);
  assert.match(pushed.stderr, /because it lacks a/);
  const fetched = await copy("--from", `file://${cache}`, "--to", `local?root=${path.join(lab.dir, "fetched")}`);
  assert.equal(fetched.code, 0);
});

/** Its output is other each time. */
const irreproducible = `derivation {
  name = "random";
  system = builtins.currentSystem;
  builder = "/bin/sh";
  args = [ "-c" "read id < /proc/sys/kernel/random/uuid; echo $id > $out" ];
}`;
