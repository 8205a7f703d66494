// A reporter of Node's test runner: one JSON line a test, for the summary of `npm test`.
export default async function* reporter(source) {
  for await (const { type, data } of source) {
    if ((type !== "test:pass" && type !== "test:fail") || data.details?.type === "suite") continue;
    // A file that could not be loaded is reported as a test of its own name.
    yield `${JSON.stringify({ name: data.name, passed: type === "test:pass", ms: data.details.duration_ms })}\n`;
  }
}
