import { createSseDecoder, type SseItem } from "../wire/sse-decoder.ts";
import type { ModelPart } from "./model.ts";
import { badResponse } from "./provider-error.ts";
import type { AnswerReader } from "./provider-wire.ts";

export interface BodyParser {
  /** Cut anywhere. Adds to `parts` what it reads, also before it throws a `ModelError`. */
  push(bytes: Uint8Array, parts: ModelPart[]): void;
  end(parts: ModelPart[]): void;
}

export interface BodyParserOptions {
  host: string;
  reader: AnswerReader;
  /** Called for every frame that is not empty, before it is read; comments are none. */
  onFrame(): void;
}

/** Tells a stream of frames from one JSON document, and both from anything else, by how the body starts. */
export function createBodyParser({ host, reader, onFrame }: BodyParserOptions): BodyParser {
  const decoder = createSseDecoder();
  const utf8 = new TextDecoder();
  let hasStarted = false;
  /** As far as it was read, if the body is one. */
  let document: string | undefined;

  function start(bytes: Uint8Array, parts: ModelPart[]): void {
    const text = utf8.decode(bytes, { stream: true }).trimStart();
    hasStarted = text !== "";
    if (hasStarted && !canStart(text))
      throw badResponse(host, "answered with something that is no stream", "page");
    if (text.startsWith("{")) document = text;
    else readItems(decoder.push(bytes), parts);
  }

  function readItems(items: readonly SseItem[], parts: ModelPart[]): void {
    for (const item of items) {
      if (item.kind !== "event" || reader.isDone) continue;
      const data = item.data.trim();
      if (data === "") continue;
      onFrame();
      reader.readFrame(data, item.event, parts);
    }
  }

  return {
    push(bytes, parts) {
      if (!hasStarted) start(bytes, parts);
      else if (document !== undefined) document += utf8.decode(bytes, { stream: true });
      else readItems(decoder.push(bytes), parts);
    },
    end(parts) {
      if (document !== undefined) reader.readDocument(document, parts);
      else
        readItems(
          decoder.end().filter((item) => item.kind === "event" && reader.isComplete(item.data)),
          parts,
        );
      reader.end(parts);
    },
  };
}

/** A body may start with JSON, a comment or a field, of which the first read may hold one byte. */
const canStart = (text: string): boolean =>
  ["{", ":", "data", "event", "id", "retry"].some(
    (start) => text.startsWith(start) || start.startsWith(text),
  );
