// A process of its own that checks a closure against caches one after another, and prints a line about each: what it cost.
// `askInTurn.ts KEY COUNT URL...`
import { askCache } from "../../server/src/signing/caches/ask.ts";
import { readTrustedKeys } from "../../server/src/signing/keys.ts";
import { signatureReport } from "../../server/src/signing/report.ts";
import { cacheAccess } from "./madeCache.ts";
import { memoryOf } from "./memory.ts";
import { pathInfo } from "./signer.ts";

const [key = "", count, ...urls] = process.argv.slice(2);
const closure = Array.from({ length: Number(count) }, (_, index) => pathInfo(`path-${index}`));
const paths = closure.map(info => info.path);
const access = cacheAccess();
let before = 0;
for (const url of urls) {
  const started = performance.now();
  const answers = await askCache(url, paths, access);
  const { trusted } = signatureReport(closure, [answers], readTrustedKeys([key]), "");
  const ms = performance.now() - started;
  // What the first one loads does not count.
  if (before === 0) before = memoryOf(process.pid).peak;
  const mebibytes = memoryOf(process.pid).peak - before;
  process.stdout.write(`${JSON.stringify({ ms, mebibytes, trusted, why: answers.state.problem?.detail ?? "" })}\n`);
}
access.connections.close();
