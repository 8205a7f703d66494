// A check of signatures against Nix's own (`nix store verify`), on the same binary cache behind nginx, for closures of 100, 1,000 and
// 10,000 paths. Nothing is remembered of the cache on either side. Aim: a ratio of at most 0.5 at 1,000 paths, and linear growth.
import fs from "node:fs";
import path from "node:path";
import { silentLog } from "../../server/src/logging/log.ts";
import { createNix } from "../../server/src/nix/nix.ts";
import { checkClosure } from "../../server/src/signing/check/check.ts";
import { readTrustedKeys } from "../../server/src/signing/keys.ts";
import { checkSignatures } from "../../server/src/signing/signature.ts";
import { startCache } from "../support/cache.ts";
import { startLab } from "../support/lab.ts";
import { makeClosure, serveClosure } from "../support/madeClosure.ts";
import { mustRun } from "../support/run.ts";
import { newSigner, signedBy } from "../support/signer.ts";
import { median, rounded } from "../support/statistics.ts";

const sizes = [100, 1000, 10_000];
const runs = 3;

const lab = await startLab({ lines: ["fsync-metadata = false"] });
const cache = await startCache(lab);
const signer = newSigner("bench-1");
lab.setConf({ substituters: [cache.url], trustedPublicKeys: [signer.publicKey], lines: ["fsync-metadata = false"] });
const nix = createNix(lab.env, "", silentLog);
const trust = { substituters: [cache.url], trustedPublicKeys: [signer.publicKey], version: "2.8.0" };

async function time(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Nix, without what it remembers of caches. */
function runNix(args: readonly string[]): Promise<string> {
  const XDG_CACHE_HOME = path.join(lab.dir, "tmp", "fresh");
  fs.rmSync(XDG_CACHE_HOME, { recursive: true, force: true });
  const all = ["--extra-experimental-features", "nix-command", ...args];
  return mustRun("nix", all, { env: { ...lab.env, XDG_CACHE_HOME }, cwd: lab.dir });
}

for (const paths of sizes) {
  const infos = await makeClosure(lab, paths);
  serveClosure(cache.folder, infos, signer);
  const root = infos[0]?.path ?? "";
  const [ours, cpu, verify, info]: [number[], number[], number[], number[]] = [[], [], [], []];
  for (let run = 0; run < runs; run++) {
    const store = ["--store", cache.url];
    verify.push(
      await time(() =>
        runNix(["store", "verify", "--recursive", "--no-contents", "--sigs-needed", "1", ...store, root]),
      ),
    );
    info.push(await time(() => runNix(["path-info", "-r", "--sigs", ...store, root])));
    const before = process.cpuUsage();
    ours.push(
      await time(async () => {
        const report = await checkClosure(nix, root, trust);
        if (!("value" in report) || report.value.trusted !== paths)
          throw new Error(JSON.stringify(report).slice(0, 2000));
      }),
    );
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1000);
  }
  const keys = readTrustedKeys([signer.publicKey]);
  const signed = infos.map(each => signedBy(each, signer));
  const verification = await time(async () => void signed.map(each => checkSignatures(each, keys)));
  const [ms, nixMs] = [median(ours), median(verify)];
  process.stdout.write(
    `${JSON.stringify({
      bench: "signatures",
      paths,
      ms: rounded(ms),
      cpuMs: rounded(median(cpu)),
      nixMs: rounded(nixMs),
      pathInfoMs: rounded(median(info)),
      ratio: rounded(ms / nixMs, 3),
      verificationsPerSecond: rounded((paths / verification) * 1000),
      peakMiB: rounded(process.resourceUsage().maxRSS / 1024),
    })}\n`,
  );
}
await lab.stop();
