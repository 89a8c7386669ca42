import { createHash } from "node:crypto";
import { StorageError } from "../storage-error.ts";
import { type Reply, toReply } from "./reply.ts";
import { translateRedisError } from "./translate-redis-error.ts";

/** The two commands of `@vercel/kv` that everything goes through. */
export interface ScriptClient {
  eval: (script: string, keys: string[], args: string[]) => Promise<unknown>;
  evalsha: (sha: string, keys: string[], args: string[]) => Promise<unknown>;
}

/** Runs a script of kv/scripts. The runner adds its first argument, the time. Rejects with `StorageError`. */
export type RunScript = (
  script: string,
  keys: string[],
  args: readonly (string | number)[],
) => Promise<Reply>;

export interface ScriptOptions {
  /** Store ms instead of the server's own time, for tests. */
  now?: () => number;
}

/** Characters of a request: no store takes less than a third of a megabyte. */
const minLargeLength = 256 * 1024;

/** Sends a script's digest, and the script itself only to a server that does not know it yet. */
export function createScriptRunner(client: ScriptClient, { now }: ScriptOptions): RunScript {
  const digests = new Map<string, string>();
  function digestOf(script: string): string {
    const known = digests.get(script);
    if (known !== undefined) return known;
    const digest = createHash("sha1").update(script).digest("hex");
    digests.set(script, digest);
    return digest;
  }

  return async (script, keys, args) => {
    const texts = [now === undefined ? "" : String(now()), ...args.map(String)];
    try {
      const value = await client.evalsha(digestOf(script), keys, texts).catch((error: unknown) => {
        if (!String(error).includes("NOSCRIPT")) throw error;
        return client.eval(script, keys, texts);
      });
      return toReply(value);
    } catch (error) {
      const failure = translateRedisError(error);
      throw (await isTooLarge(failure, texts))
        ? new StorageError("too-large", failure.message, { cause: error })
        : failure;
    }
  };

  /**
   * Redis and proxies cut the connection of a request that is too large while it is still being sent, and
   * what they say of it may be lost. If the next one, which is small, is answered, it was the size.
   */
  async function isTooLarge({ code }: StorageError, texts: readonly string[]): Promise<boolean> {
    if (code !== "unavailable" || texts.reduce((sum, text) => sum + text.length, 0) < minLargeLength)
      return false;
    return client.eval("return 1", [], []).then(
      () => true,
      () => false,
    );
  }
}
