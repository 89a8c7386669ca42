import { setTimeout as delay } from "node:timers/promises";
import { decodeEvent } from "#lib/protocol/decode-event.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import { createSseDecoder } from "#lib/wire/sse-decoder.ts";
import type { ApiClient } from "./api-client.ts";

/** What was read of a run so far, over any number of streams: its events, and the comments beside them. */
export interface StreamReader {
  events: RunEvent[];
  comments: string[];
}

const terminals: ReadonlySet<string> = new Set(["finish", "abort", "error", "interrupted"]);

/** Reads a run by its cursor, again whenever a stream ends early or is refused, to the terminal event. */
export function streamReader({ request }: ApiClient, runId: string): StreamReader {
  const reader: StreamReader = { events: [], comments: [] };
  void (async () => {
    while (!terminals.has(reader.events.at(-1)?.type ?? "")) {
      const { epoch = 0, seq = 0 } = reader.events.at(-1) ?? {};
      const response = await request(`/api/runs/${runId}/events?after=${epoch}:${seq}`).catch(
        () => undefined,
      );
      if (response?.status === 200) await readInto(response, reader).catch(() => undefined);
      else if (response === undefined || response.status === 410) return;
      else await response.body?.cancel();
      await delay(100);
    }
  })();
  return reader;
}

async function readInto({ body }: Response, { events, comments }: StreamReader): Promise<void> {
  const decoder = createSseDecoder();
  for await (const chunk of body ?? []) {
    for (const item of decoder.push(chunk)) {
      if (item.kind === "event") events.push(decodeEvent(item.data));
      if (item.kind === "comment") comments.push(item.text.trim());
    }
  }
}
