import assert from "node:assert/strict";
import type { Problem } from "../../server/src/protocol.ts";

/** The problem with which a request is refused. */
export async function refusal(request: Promise<unknown>): Promise<Problem> {
  const error = await request.then(
    () => assert.fail("the request was not refused"),
    (reason: { code: number; data: Problem }) => reason,
  );
  assert.equal(error.code, -32803);
  return error.data;
}
