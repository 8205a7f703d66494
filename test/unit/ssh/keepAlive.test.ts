import assert from "node:assert/strict";
import { test } from "node:test";
import { keepAlive } from "../../../server/src/ssh/keepAlive.ts";

const options = (own?: string) => keepAlive(own === undefined ? {} : { NIX_SSHOPTS: own }).NIX_SSHOPTS;
const [interval, count, timeout] = ["-o ServerAliveInterval=5", "-o ServerAliveCountMax=3", "-o ConnectTimeout=20"];

/** The user's own options -> those that Nix gets. */
const cases: readonly (readonly [own: string | undefined, all: string])[] = [
  [undefined, `${interval} ${count} ${timeout}`],
  ["", `${interval} ${count} ${timeout}`],
  ["-F /home/me/builders", `-F /home/me/builders ${interval} ${count} ${timeout}`],
  ["-o ServerAliveInterval=60", `-o ServerAliveInterval=60 ${timeout}`],
  ["-oserveraliveinterval=0 -o connecttimeout=3", "-oserveraliveinterval=0 -o connecttimeout=3"],
  ["-o ServerAliveCountMax=9", `-o ServerAliveCountMax=9 ${interval} ${timeout}`],
];

for (const [own, all] of cases)
  test(`with ${own === undefined ? "no options" : `'${own}'`}, the ssh of Nix gets '${all}'`, () => {
    assert.equal(options(own), all);
  });

test("other variables stay as they are", () => {
  assert.deepEqual(keepAlive({ PATH: "/bin", HOME: undefined }), {
    PATH: "/bin",
    HOME: undefined,
    NIX_SSHOPTS: options(),
  });
});
