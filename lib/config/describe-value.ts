/** Those that hold nothing but a secret, or an address with one in it. */
const secretVariables: ReadonlySet<string> = new Set([
  "OPENAI_API_KEY",
  "ANTHROPIC_API_KEY",
  "SESSION_SECRET",
  "REDIS_URL",
  "KV_URL",
  "KV_REST_API_TOKEN",
  "UPSTASH_REDIS_REST_TOKEN",
  "METRICS_TOKEN",
  "BRAVE_API_KEY",
  "TAVILY_API_KEY",
]);

export const isSecretVariable = (name: string): boolean => secretVariables.has(name);

/** Short numbers, words of a few letters, the beginning of an address: none of them is a key. */
const harmless: readonly RegExp[] = [
  /^[-+]?[\d.]{1,8}(e\d{1,3})?$/i,
  /^[a-z]{1,6}$/,
  /^[a-z]{1,6}:\/\/[a-z]?$/,
];

/**
 * A wrong value, for people. A key may stand in any variable by mistake, so nothing is repeated that could be
 * one.
 */
export function describeValue(name: string, value: string | undefined): string {
  if (value === undefined) return "nothing";
  if (isSecretVariable(name)) return "a value of the wrong form";
  if (harmless.some((form) => form.test(value))) return `"${value}"`;
  const [scheme] = /^[a-z]{1,10}:\/\//.exec(value) ?? [];
  return scheme === undefined
    ? `a value of ${value.length} characters`
    : `an address that begins with ${scheme}`;
}
