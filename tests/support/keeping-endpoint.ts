import { randomUUID } from "node:crypto";
import { created, ended, messageItems, numberedFrom, reasoningItems } from "./responses-events.ts";
import { json, type RecordedRequest, type Script } from "./scripted-model-server.ts";
import { sseFrames } from "./sse-frames.ts";

/** An endpoint of the Responses wire that goes on with its answers whoever listens, and keeps them. */
export interface KeepingEndpoint {
  /** Answers each request of a scripted server. */
  answer(request: RecordedRequest): Script;
  /** The bodies of the requests that began an answer. */
  readonly begun: readonly string[];
  /** The answers to that question cannot be asked for any more. */
  forget(question: string): void;
}

interface KeptResponse {
  body: string;
  /** Each with the time at which it is there, ms of the monotonic clock. */
  events: readonly { frame: string; at: number }[];
}

/** Every answer has these words, one every `wordMs`, behind a thought that is encrypted. */
export function createKeepingEndpoint(words: readonly string[], wordMs: number): KeepingEndpoint {
  const kept = new Map<string, KeptResponse>();
  const begun: string[] = [];

  function begin(body: string): string {
    const id = `resp_${randomUUID()}`;
    begun.push(body);
    const events = numberedFrom(
      0,
      created({ id }),
      ...reasoningItems(0, [["Let me think."]], { encrypted_content: "gAAA=" }),
      ...messageItems(1, words),
      ended("completed", { id }),
    );
    const startsAt = performance.now();
    kept.set(id, {
      body,
      events: events.map((event, at) => ({ frame: sseFrames(event), at: startsAt + at * wordMs })),
    });
    return id;
  }

  /** What is there at once, then what is still to come. */
  function rest(id: string, after: number): Script {
    const response = kept.get(id);
    if (!response) return json(404, { error: { message: `Response with id '${id}' not found.` } });
    let now = performance.now();
    const steps = response.events.slice(after + 1).flatMap(({ frame, at }) => {
      const waitMs = Math.max(0, at - now);
      now += waitMs;
      return [...(waitMs > 0 ? [{ wait: waitMs }] : []), { write: frame }];
    });
    return { steps };
  }

  return {
    answer({ method, path, body }) {
      if (method === "POST" && path.endsWith("/responses")) return rest(begin(JSON.stringify(body)), -1);
      const { pathname, searchParams } = new URL(path, "http://endpoint");
      return rest(pathname.split("/").at(-1) ?? "", Number(searchParams.get("starting_after") ?? -1));
    },
    begun,
    forget(question) {
      for (const [id, { body }] of kept) if (body.includes(question)) kept.delete(id);
    },
  };
}
