/** A reporter for `node --test`: how each test ended and how long it took, one JSON object a line. */
export default async function* outcomeReporter(source) {
  for await (const { type, data: event } of source) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    const { name, file, skip, nesting, details } = event;
    const reason = typeof skip === "string" ? skip : skip ? "" : undefined;
    const failed = type === "test:fail";
    const ms = Math.round(details.duration_ms);
    yield `${JSON.stringify({ name, file, failed, skip: reason, nesting, ms })}\n`;
  }
}
