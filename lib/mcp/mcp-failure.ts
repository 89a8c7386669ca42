import { McpError } from "./mcp-error.ts";

/** Of what a server says itself. */
const maxRefusal = 1000;

/**
 * Whatever the client of an MCP server threw, as an error in words. What a server answers outside of the
 * protocol, such as a page of a proxy, is not repeated.
 */
export function mcpFailure(name: string, error: unknown): McpError {
  const chain = causes(error);
  const known = chain.find((each) => each instanceof McpError);
  if (known) return known;
  const codes = chain.map((each) => failureCode(each));
  const fail = (code: McpError["code"], words: string, status?: number) =>
    new McpError(code, `${name} ${words}`, { cause: error, ...(status !== undefined && { status }) });
  const status = chain.map(statusOf).find((each) => each !== undefined);
  if (status !== undefined) return httpFailure(status, fail);
  if (codes.some((code) => unreachableCodes.has(String(code))))
    return fail("unreachable", "cannot be reached now");
  if (codes.some((code) => notStartedCodes.has(String(code))))
    return fail("not-started", "cannot be started: its command was not found, or may not be run");
  if (codes.some((code) => endedCodes.has(String(code))))
    return fail("ended", "ended its connection before it answered");
  if (codes.includes("REQUEST_TIMEOUT")) return fail("timeout", "did not answer in time");
  const refusal = chain.find((each) => typeof failureCode(each) === "number");
  if (refusal) return fail("refused", `refused: ${withEllipsis(refusal.message)}`);
  if (chain.some(isFetchFailure)) return fail("unreachable", "cannot be reached now");
  return fail("not-mcp", "answered with something that is no MCP");
}

function httpFailure(
  status: number,
  fail: (code: McpError["code"], words: string, status: number) => McpError,
): McpError {
  if (status === 401 || status === 403)
    return fail(
      "unauthorized",
      `does not accept the credentials that this server has for it (${status})`,
      status,
    );
  if (status >= 300 && status < 400)
    return fail("refused", `sends to another address (${status}), which is not followed`, status);
  return fail("refused", `answered with the HTTP status ${status}`, status);
}

/** The error and what caused it, that of a failed negotiation too. */
function causes(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let next = error; next instanceof Error && chain.length < 8; next = innerCause(next)) chain.push(next);
  return chain;
}

const innerCause = (error: Error): unknown =>
  error.cause ?? ("data" in error ? fieldIn(error.data, "cause") : undefined);

const failureCode = (error: Error): unknown => ("code" in error ? error.code : undefined);

const statusOf = (error: Error): number | undefined => {
  const status = "data" in error ? fieldIn(error.data, "status") : undefined;
  return typeof status === "number" ? status : undefined;
};

const fieldIn = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const unreachableCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ETIMEDOUT",
  "UND_ERR_CONNECT_TIMEOUT",
]);
const notStartedCodes: ReadonlySet<string> = new Set(["ENOENT", "EACCES", "ENOEXEC", "ENOTDIR"]);
const endedCodes: ReadonlySet<string> = new Set([
  "CONNECTION_CLOSED",
  "NOT_CONNECTED",
  "SEND_FAILED",
  "ECONNRESET",
  "EPIPE",
  "UND_ERR_SOCKET",
]);

/** What `fetch` throws, and a body that breaks off. */
const isFetchFailure = (error: Error): boolean =>
  error instanceof TypeError && /fetch failed|terminated|network/i.test(error.message);

/** One line, so long that a model gets the point. */
export const withEllipsis = (text: string, max = maxRefusal): string =>
  text.length > max ? `${text.slice(0, max)}…` : text;
