/** A reporter for `node --test`: how each test ended, one JSON object a line. */
export default async function* outcomeReporter(source) {
  for await (const { type, data: event } of source) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    const { name, file, skip } = event;
    const reason = typeof skip === "string" ? skip : skip ? "" : undefined;
    yield `${JSON.stringify({ name, file, failed: type === "test:fail", skip: reason })}\n`;
  }
}
