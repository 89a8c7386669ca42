import type { ErrorReason } from "../protocol/codes.ts";
import { isOwnNetwork } from "./is-own-network.ts";
import { ModelError } from "./model-error.ts";

/**
 * The `ModelError` for a connection on which no response came: name not found, refused, TLS, reset. A server
 * of the operator's own network that refuses it is worth waiting for: it may be starting.
 */
export function connectionError(host: string, error: unknown): ModelError {
  const code = codeOf(error);
  const { reason, words } = causeOf(code);
  return new ModelError("unreachable", `${host} cannot be reached: ${words}.`, {
    retryable: true,
    cause: new Error(code ?? "connection failed"),
    facts: { host, ...(reason !== undefined && { reason }) },
    ...(reason === "refused" && isOwnNetwork(host) && { waitFor: reason }),
  });
}

function causeOf(code: string | undefined): { reason?: ErrorReason; words: string } {
  if (code === undefined) return { words: "the connection failed" };
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return { reason: "name", words: "its name is not known" };
  if (code === "ECONNREFUSED") return { reason: "refused", words: "nothing listens there" };
  if (/TLS|CERT|SSL|SELF_SIGNED|UNABLE_TO_|EPROTO/.test(code))
    return { reason: "tls", words: `its certificate or TLS is not accepted (${code})` };
  return { words: `the connection failed (${code})` };
}

/** The innermost error code of a chain of causes: fetch wraps the socket's error, the SDK wraps fetch's. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const inner = error instanceof AggregateError ? codeOf(error.errors[0]) : codeOf(error.cause);
  const own = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return inner ?? own;
}
