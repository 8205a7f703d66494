import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { arrangeTransfers, directionOf } from "../../../../client/src/builds/transfers.ts";
import { transferDescription, transferTooltip } from "../../../../client/src/views/builds/rows/transfer.ts";
import { transferKey } from "../../../../server/src/common/transferKey.ts";
import type { TransferState } from "../../../../server/src/protocol.ts";
import { english } from "../samples.ts";

const cache = "https://cache.example.org";
const builder = "ssh-ng://root@builder?ssh-key=/etc/nix/key";

function transfer(fields: Partial<TransferState> = {}): TransferState {
  return { path: "/nix/store/x-hello", from: cache, to: "local", done: 1024, state: "done", ...fields };
}

describe("a transfer", () => {
  const cases: Record<string, [TransferState, direction: string, text: string]> = {
    "a download that runs": [
      transfer({ state: "running", expected: 3 * 1024 ** 2 }),
      "fetch",
      "from https://cache.example.org · 1.0 KiB of 3.0 MiB",
    ],
    "a download that is done": [transfer({ expected: 1024 }), "fetch", "from https://cache.example.org · 1.0 KiB"],
    "a download that failed": [
      transfer({ state: "failed", done: 0 }),
      "fetch",
      "failed · from https://cache.example.org",
    ],
    "what a builder gets, without its key": [transfer({ from: "local", to: builder }), "send", "to builder · 1.0 KiB"],
    "what comes from a builder of which Nix says no name": [
      transfer({ from: "ssh-ng://", to: "" }),
      "fetch",
      "from a builder · 1.0 KiB",
    ],
    "what is copied past us": [
      transfer({ to: builder }),
      "copy",
      "from https://cache.example.org · to builder · 1.0 KiB",
    ],
  };

  for (const [name, [state, direction, text]] of Object.entries(cases))
    it(name, () => {
      assert.equal(directionOf(state), direction);
      assert.equal(transferDescription(state, english), text);
    });

  it("shows the addresses in its tooltip, without parameters, which may contain paths of keys", () => {
    assert.equal(
      transferTooltip(transfer({ from: "local", to: builder }), english),
      "`/nix/store/x-hello`\n\nFrom: this machine  \nTo: `ssh-ng://root@builder`",
    );
  });

  it("is sorted by running, failed, done, and the newest first", () => {
    const states = (["done", "failed", "running", "done", "running"] as const).map((state, index) =>
      transfer({ state, path: String(index) }),
    );
    assert.deepEqual(
      arrangeTransfers(states).map(({ path }) => path),
      ["4", "2", "1", "3", "0"],
    );
  });

  it("is a different one if its source differs", () => {
    assert.notEqual(transferKey(transfer()), transferKey(transfer({ from: builder })));
    assert.equal(transferKey(transfer()), transferKey(transfer({ done: 7, state: "failed" })));
  });
});
