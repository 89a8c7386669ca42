import { createTurnSlices } from "../async/turn-slices.ts";
import { createEventPieces, type EventPiece } from "./event-pieces.ts";
import { createNoticeGate, maxMessagesInTurn, maxNoticeLength, type NoticeGate } from "./notice-gate.ts";

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

/** Of several messages in one JSON answer: the protocol's client looks at all of them at once. */
const maxBatchBytes = 256 * 1024;

/**
 * `fetch` for one MCP server, which is what its operator has named: no proxy of ours, no key but the headers
 * of its entry. A body longer than `maxBytes` breaks off, after `onTooLarge`. Of an event stream the notices
 * are thinned (notice-gate.ts), and the rest is handed on in slices.
 */
export const createLimitedFetch =
  (maxBytes: number, onTooLarge: () => Error): Fetch =>
  async (url, init) => {
    const response = await fetch(url, init);
    if (!response.body) return response;
    const { status, statusText, headers } = response;
    const counted = response.body.pipeThrough(createByteLimit(maxBytes, onTooLarge));
    const isStream = /^\s*text\/event-stream\b/i.test(headers.get("content-type") ?? "");
    const body = isStream ? counted.pipeThrough(createThinning()) : counted;
    return new Response(body, { status, statusText, headers });
  };

function createByteLimit(maxBytes: number, onTooLarge: () => Error): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  let isBatch: boolean | undefined;
  return new TransformStream({
    transform(chunk, controller) {
      isBatch ??= isBatchStart(chunk);
      bytes += chunk.byteLength;
      if (bytes > (isBatch ? maxBatchBytes : maxBytes)) controller.error(onTooLarge());
      else controller.enqueue(chunk);
    },
  });
}

/** Undefined: nothing but white space so far. No event stream begins with a bracket. */
function isBatchStart(chunk: Uint8Array): boolean | undefined {
  const first = chunk.find((byte) => byte > 0x20);
  return first === undefined ? undefined : first === 0x5b;
}

function createThinning(): TransformStream<Uint8Array, Uint8Array> {
  const pieces = createEventPieces();
  const inSlices = createTurnSlices(maxMessagesInTurn);
  let gate: NoticeGate<Uint8Array>;
  const take = (piece: EventPiece): void => gate.take(piece.bytes, dataOf(piece));
  return new TransformStream({
    start(controller) {
      gate = createNoticeGate((bytes) => {
        try {
          controller.enqueue(bytes);
        } catch {
          // Nobody reads any more: a word that was held comes too late.
        }
      });
    },
    transform: (chunk) => inSlices(pieces.read(chunk), take),
    flush() {
      pieces.rest().forEach(take);
      gate.end();
    },
  });
}

/** The text of an event that may be a notice. */
function dataOf({ bytes, isWhole }: EventPiece): string | undefined {
  if (!isWhole || bytes.length > maxNoticeLength) return undefined;
  const lines = new TextDecoder().decode(bytes).split(/\r\n|\r|\n/);
  const data = lines.filter((line) => line.startsWith("data:")).map((line) => line.slice(5));
  return data.join("\n");
}
