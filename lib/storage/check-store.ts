import { openKv } from "./kv.ts";
import type { StoreAddress } from "./open-store.ts";
import { connectRedis } from "./redis.ts";

/** All of it together, ms: a server that cannot save says so at once. */
const limitMs = 3000;

const checkKey = "rivulet:check";
/**
 * A command that writes, with nothing to write: a store without room takes it, one that may only be read does
 * not.
 */
const mayWrite = "return redis.call('DEL', KEYS[1])";

/** The store cannot be used as it is configured; the message is one line with the fix. */
export class StoreCheckError extends Error {
  constructor(message: string, options?: { cause: unknown }) {
    super(message, options);
    this.name = "StoreCheckError";
  }
}

/**
 * Asks the configured store whether it can be used, within 5 s. Throws `StoreCheckError`. SQLite says so when
 * it is opened.
 */
export async function checkStore(address: StoreAddress): Promise<void> {
  if (address.kind === "redis") await checkRedis(address.url);
  if (address.kind === "kv") await checkKv(address.url, address.token);
}

async function checkRedis(url: string): Promise<void> {
  const connection = connectRedis({ url, limitMs, waitMs: limitMs, retries: false });
  try {
    const facts = String(await connection.send(["INFO"]));
    const version = /^redis_version:(\d+)/m.exec(facts)?.[1];
    if (version === undefined) {
      throw new StoreCheckError("REDIS_URL: what answers there is no Redis: correct host and port");
    }
    if (Number(version) < 7) {
      throw new StoreCheckError(`REDIS_URL: this Redis is version ${version}: use version 7 or later`);
    }
    if (/^redis_mode:cluster/m.test(facts)) {
      throw new StoreCheckError(
        "REDIS_URL: this Redis runs in cluster mode, which is not supported: use a single primary, with replicas if you like",
      );
    }
    await connection.send(["EVAL", mayWrite, "1", checkKey]);
    await connection.send(["PUBLISH", checkKey, ""]);
  } catch (cause) {
    if (cause instanceof StoreCheckError) throw cause;
    throw new StoreCheckError(`REDIS_URL: ${redisFix(messagesOf(cause), url.startsWith("rediss:"))}`, {
      cause,
    });
  } finally {
    await connection.close();
  }
}

/** The first that fits; the address itself is never printed: it may hold a password. */
function redisFix(message: string, usesTls: boolean): string {
  const fixes: readonly [RegExp, string][] = [
    [
      /WRONGPASS|invalid username-password|invalid password/i,
      "Redis refuses the user or password in it: correct them",
    ],
    [
      /NOPERM/,
      "its user may not do what is needed: allow reading, writing, scripts and channels under rivulet:",
    ],
    [/READONLY/, "this Redis is a replica, which can only be read: use the primary"],
    [/NOAUTH|Authentication required/i, "Redis wants a password: redis://:password@host:6379"],
    [/without any password configured/i, "this Redis has no password: leave it out of the address"],
    [
      /wrong version number|packet length too long|EPROTO/i,
      "this port does not speak TLS: use redis:// in place of rediss://",
    ],
    [
      /certificate|self.signed|CERT_/i,
      `the certificate of this Redis is not trusted (${message}): set NODE_EXTRA_CA_CERTS`,
    ],
    [/ECONNREFUSED/, "nothing listens there: start Redis, or correct host and port"],
    [/ENOTFOUND|EAI_AGAIN/, "there is no such host: correct its name"],
    [
      /closed unexpectedly|ECONNRESET|Protocol error|unexpected.*type/i,
      "the line was closed at once: if this Redis speaks TLS, use rediss:// in place of redis://",
    ],
  ];
  const fix = fixes.find(([sign]) => sign.test(message));
  if (fix) return fix[1];
  const hint = usesTls ? "if this port does not speak TLS, use redis://; else " : "";
  return `Redis did not answer within ${limitMs / 1000} s (${message}): ${hint}check the address and the network`;
}

async function checkKv(url: string, token: string): Promise<void> {
  const storage = openKv({ connection: { url, token, limitMs } });
  try {
    await storage.ping();
    // As `mayWrite`: a token that may only read would be found out by the first question else.
    const start = { runId: checkKey, conversationId: checkKey, userId: checkKey, bodyHash: "" };
    await storage.limits.withdraw(start, { starts: [] }, 0);
  } catch (cause) {
    throw new StoreCheckError(kvFix(messagesOf(cause)), { cause });
  } finally {
    await storage.close();
  }
}

function kvFix(message: string): string {
  if (/unauthorized|WRONGPASS|NOAUTH|auth token/i.test(message)) {
    return "KV_REST_API_TOKEN: the KV refuses it: copy the token that can write, not the read-only one";
  }
  if (/NOPERM|READONLY/.test(message))
    return "KV_REST_API_TOKEN: it may only read: copy the token that can write";
  if (/wrong version number|ERR_SSL|packet length/i.test(message))
    return "KV_REST_API_URL: this port does not speak TLS: use http:// in place of https://";
  if (/parse|JSON|undefined|did not return a result/i.test(message))
    return "KV_REST_API_URL: what answers there is not a KV's REST interface: correct it";
  return `KV_REST_API_URL: the KV did not answer within ${limitMs / 1000} s (${message}): check the address and the network`;
}

/** Of an error and all its causes. */
function messagesOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? ` ${String(error.code)}` : "";
  return `${error.message}${code}${error.cause === undefined ? "" : `: ${messagesOf(error.cause)}`}`;
}
