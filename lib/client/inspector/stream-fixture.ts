import { decodeEvent } from "../../protocol/decode-event.ts";
import type { Message } from "../../protocol/message.ts";
import type { RunEvent } from "../../protocol/run-event.ts";
import { decodeFixtureHead } from "../../protocol/run-fixture.ts";
import { createLineSplitter } from "../../wire/line-splitter.ts";
import type { ClientEnvironment } from "../environment.ts";

interface FixtureReader {
  onMessages(messages: readonly Message[]): void;
  /** Those of one chunk, in order. */
  onEvents(events: readonly RunEvent[]): void;
}

/**
 * Reads a run as it comes, chunk by chunk, so that a long one holds nothing up. `missing`: there is none for
 * this person. `away`: it could not be read to its end. Never throws.
 */
export async function streamFixture(
  { fetch }: Pick<ClientEnvironment, "fetch">,
  runId: string,
  signal: AbortSignal,
  reader: FixtureReader,
): Promise<"read" | "missing" | "away"> {
  try {
    const response = await fetch(`/api/runs/${runId}/fixture`, { signal, cache: "no-store" });
    if (response.status === 404 || response.status === 401) return "missing";
    if (!response.ok || !response.body) return "away";
    await readPieces(response.body, reader);
    return "read";
  } catch {
    return "away";
  }
}

async function readPieces(body: ReadableStream<Uint8Array>, reader: FixtureReader): Promise<void> {
  const utf8 = new TextDecoder();
  const lines = createLineSplitter();
  let hasHead = false;
  const chunks = body.getReader();
  for (let read = await chunks.read(); !read.done; read = await chunks.read()) {
    const events: RunEvent[] = [];
    lines.push(utf8.decode(read.value, { stream: true }), (json) => {
      if (hasHead) events.push(decodeEvent(json));
      else reader.onMessages(decodeFixtureHead(json));
      hasHead = true;
    });
    if (events.length > 0) reader.onEvents(events);
  }
}
