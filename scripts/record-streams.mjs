// node scripts/record-streams.mjs [RELEASE...] [SITUATION...]
// Records the event streams of test/fixtures/streams again: what `nix-store --realise --log-format internal-json -v` writes
// in every situation of test/support/recording/situations.ts, with the Nix of each release: `installed` (the machine's own),
// `trixie` and `sid` (Debian's, 160 MB each, downloaded into the tools folder); without arguments all of them and every
// situation. It needs root and takes three minutes. A release is downloaded only once: to update it, remove its folder.
//
// A stream goes to test/fixtures/streams/VERSION/SITUATION.events, and how each run ended to VERSION/runs.json. Ids, hashes
// and ports differ from one recording to the next; the laboratory's folder is `/lab` in all of them. Afterwards
// `MORPH_UPDATE_GOLDEN=1 node --test test/unit/builds/stream/golden.test.ts` updates the expected results: review the differences.
// Delete VERSION/SITUATION.events of removed situations.
import path from "node:path";
import { root } from "./paths.mjs";
import { releaseFolder, releases } from "./record/release.mjs";
import { run } from "./run.mjs";
import { nodeBinary, SetupError, setup } from "./setup.mjs";

/**
 * A release's programs stand at /usr, for the recorder alone. $0 is the release's folder or nothing. Its process ids count
 * from 1, and it may choose the next one.
 */
const inside = `
  if [ -n "$0" ]; then mount --bind "$0/usr" /usr || exit 1; fi
  "$@"`;

const words = process.argv.slice(2);
const wanted = words.filter(word => releases.includes(word));
const situations = words.filter(word => !releases.includes(word));
if (process.getuid() !== 0) fail("the remote builder and other releases of Debian need root");
try {
  await setup({ vscode: false });
  for (const release of wanted.length > 0 ? wanted : releases) await record(release);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  fail(error.message);
}

async function record(release) {
  const folder = await releaseFolder(release);
  const recorder = [nodeBinary(), path.join(root, "test/support/recording/main.ts"), ...situations];
  const namespaces = ["--mount", "--pid", "--mount-proc", "--fork", "--kill-child=KILL"];
  const code = await run("unshare", [...namespaces, "--", "sh", "-c", inside, folder ?? "", ...recorder]);
  if (code !== 0) process.exit(code);
}

function fail(message) {
  console.error(`record-streams: ${message}`);
  process.exit(1);
}
