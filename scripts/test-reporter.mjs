// A reporter for Node's test runner: one JSON line per test, for the summary of `npm test`.
export default async function* reporter(source) {
  for await (const { type, data } of source) {
    if ((type !== "test:pass" && type !== "test:fail") || data.details?.type === "suite") continue;
    // A file that cannot be loaded is reported as a test with its name.
    yield `${JSON.stringify({ name: data.name, passed: type === "test:pass", ms: data.details.duration_ms })}\n`;
  }
}
