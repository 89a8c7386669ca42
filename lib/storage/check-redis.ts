import type { KvConnection } from "./kv.ts";
import { connectRedis } from "./redis.ts";
import { checkKey, checkLimitMs, messagesOf, StoreCheckError } from "./store-check-error.ts";

/**
 * A command that writes, with nothing to write: a store without room takes it, one that may only be read does
 * not.
 */
const mayWrite = "return redis.call('DEL', KEYS[1])";

/** Asks the Redis at `url`, which `variable` holds, whether it can be used. Throws `StoreCheckError`. */
export async function checkRedis(url: string, variable: string): Promise<void> {
  const connection = connectRedis({ url, limitMs: checkLimitMs, waitMs: checkLimitMs, retries: false });
  try {
    const refusal = serverProblem(await factsOf(connection));
    if (refusal) throw new StoreCheckError(`${variable}: ${refusal}`);
    await connection.send(["EVAL", mayWrite, "1", checkKey]);
    await connection.send(["PUBLISH", checkKey, ""]);
  } catch (cause) {
    if (cause instanceof StoreCheckError) throw cause;
    throw new StoreCheckError(`${variable}: ${redisFix(messagesOf(cause), url.startsWith("rediss:"))}`, {
      cause,
    });
  } finally {
    await connection.close();
  }
}

/** As INFO tells them. */
interface Facts {
  version: string | undefined;
  mode: string | undefined;
}

/**
 * INFO counts as dangerous, so that hosts take it from a user or rename it: then HELLO tells the same.
 * Nothing where neither may be asked: what is needed is tried all the same.
 */
async function factsOf(connection: KvConnection): Promise<Facts | undefined> {
  try {
    const reply = String(await connection.send(["INFO"]));
    const fact = (name: string) => new RegExp(`^${name}:([^\\r\\n]*)`, "m").exec(reply)?.[1];
    return { version: fact("redis_version"), mode: fact("redis_mode") };
  } catch (error) {
    if (!isRefusedCommand(error)) throw error;
  }
  try {
    const hello = await connection.send(["HELLO"]);
    const facts = Array.isArray(hello) ? hello.map(String) : [];
    const fact = (name: string) => facts[facts.indexOf(name) + 1];
    return facts.includes("version") ? { version: fact("version"), mode: fact("mode") } : undefined;
  } catch (error) {
    if (isRefusedCommand(error)) return undefined;
    throw error;
  }
}

const isRefusedCommand = (error: unknown): boolean => /NOPERM|unknown command/i.test(messagesOf(error));

function serverProblem(facts: Facts | undefined): string | undefined {
  if (facts === undefined) return undefined;
  const major = /^\d+/.exec(facts.version ?? "")?.[0];
  if (major === undefined) return "what answers there is no Redis: correct host and port";
  if (Number(major) < 7) return `this Redis is version ${major}: use version 7 or later`;
  return facts.mode === "cluster"
    ? "this Redis runs in cluster mode, which is not supported: use a single primary, with replicas if you like"
    : undefined;
}

/** The first that fits; the address itself is never printed: it may hold a password. */
function redisFix(message: string, usesTls: boolean): string {
  const fixes: readonly [RegExp, string][] = [
    [
      /WRONGPASS|invalid username-password|invalid password/i,
      "Redis refuses the user or password in it: correct them",
    ],
    [
      /NOPERM|unknown command/i,
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
  return `Redis did not answer within ${checkLimitMs / 1000} s (${message}): ${hint}check the address and the network`;
}
