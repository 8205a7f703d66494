import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bytesText, roughBytesText } from "../../../server/src/common/bytes.ts";
import { english } from "../client/samples.ts";

describe("a number of bytes", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [5 * 1024 ** 2, "5.0 MiB"],
    [2.25 * 1024 ** 3, "2.3 GiB"],
  ];
  for (const [bytes, expected] of cases) {
    it(`${bytes} is ${expected}`, () => assert.equal(bytesText(bytes, english), expected));
  }

  const rough: readonly (readonly [number, string])[] = [
    [1.4 * 1024 ** 2, "1 MiB"],
    [1023 * 1024 ** 2, "1023 MiB"],
    [1.44 * 1024 ** 3, "1.4 GiB"],
  ];
  for (const [bytes, expected] of rough) {
    it(`${bytes} is roughly ${expected}`, () => assert.equal(roughBytesText(bytes, english), expected));
  }
});
