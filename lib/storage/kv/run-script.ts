import { createHash } from "node:crypto";
import { translateRedisError } from "./translate-redis-error.ts";

/** The two commands of `@vercel/kv` that everything goes through. */
export interface ScriptClient {
  eval: (script: string, keys: string[], args: string[]) => Promise<unknown>;
  evalsha: (sha: string, keys: string[], args: string[]) => Promise<unknown>;
}

export type RunScript = (
  script: string,
  keys: string[],
  args: readonly (string | number)[],
) => Promise<Reply>;

/** A script's answer: texts, and lists of them. */
export type Reply = readonly (string | Reply)[];

export interface ScriptOptions {
  /** The store's time instead of the server's own, for tests. */
  now?: () => number;
}

/**
 * Runs scripts by their digest, and sends one in full where the server does not know it yet. Throws
 * `StorageError`.
 */
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
      const answer = await client.evalsha(digestOf(script), keys, texts).catch((error: unknown) => {
        if (!String(error).includes("NOSCRIPT")) throw error;
        return client.eval(script, keys, texts);
      });
      return replyOf(answer);
    } catch (error) {
      throw translateRedisError(error);
    }
  };
}

/** Scripts answer with lists, or with one number. */
const replyOf = (answer: unknown): Reply => (Array.isArray(answer) ? answer.map(partOf) : [String(answer)]);

const partOf = (part: unknown): string | Reply => (Array.isArray(part) ? part.map(partOf) : String(part));

/** The text at a place of an answer; nothing there is an empty one. */
export const textAt = (reply: Reply, at: number): string => {
  const part = reply[at];
  return typeof part === "string" ? part : "";
};

/** The list at a place of an answer. */
export const listAt = (reply: Reply, at: number): Reply => {
  const part = reply[at];
  return typeof part === "string" || part === undefined ? [] : part;
};

/** The texts of a list. */
export const textsOf = (reply: Reply): string[] => reply.filter((part) => typeof part === "string");
