/** What means nothing without a field, of every wire. */
const dependents: Readonly<Record<string, readonly string[]>> = {
  tools: ["tool_choice"],
  stream: ["stream_options"],
};

/**
 * The body of a request without the fields that an endpoint was found not to take (refused-fields.ts), and
 * without what means nothing without them. One of which nothing is left out is the same object.
 */
export function withoutFields<Body extends object>(body: Body, without: ReadonlySet<string>): Body {
  if (without.size === 0) return body;
  const gone = new Set([...without, ...[...without].flatMap((field) => dependents[field] ?? [])]);
  const left = Object.entries(body).filter(([field]) => !gone.has(field));
  // Cast: only fields that may be missing are ever found out to be refused.
  return Object.fromEntries(left) as unknown as Body;
}
