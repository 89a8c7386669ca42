import { openKv } from "./kv.ts";
import { checkKey, checkLimitMs, messagesOf, StoreCheckError } from "./store-check-error.ts";

interface Names {
  variable: string;
  tokenVariable: string;
}

/** Asks a KV's REST interface whether it can be used. Throws `StoreCheckError`. */
export async function checkKv({ url, token }: { url: string; token: string }, names: Names): Promise<void> {
  const storage = openKv({ connection: { url, token, limitMs: checkLimitMs } });
  try {
    await storage.ping();
    // A token that may only read would be found out by the first question else.
    const start = { runId: checkKey, conversationId: checkKey, userId: checkKey, bodyHash: "" };
    await storage.limits.withdraw(start, { starts: [] }, 0);
  } catch (cause) {
    throw new StoreCheckError(restFix(messagesOf(cause), names), { cause });
  } finally {
    await storage.close();
  }
}

function restFix(message: string, { variable, tokenVariable }: Names): string {
  if (/unauthorized|WRONGPASS|NOAUTH|auth token/i.test(message))
    return `${tokenVariable}: the KV refuses it: copy the token that can write, not the read-only one`;
  if (/NOPERM|READONLY/.test(message))
    return `${tokenVariable}: it may only read: copy the token that can write`;
  if (/wrong version number|ERR_SSL|packet length/i.test(message))
    return `${variable}: this port does not speak TLS: use http:// in place of https://`;
  if (/parse|JSON|undefined|did not return a result/i.test(message))
    return `${variable}: what answers there is not a KV's REST interface: correct it`;
  return `${variable}: the KV did not answer within ${checkLimitMs / 1000} s (${message}): check the address and the network`;
}
