import { createDeadline } from "../async/deadline.ts";
import { doorBounds } from "../door/door-bounds.ts";
import type { HeldAnswers } from "./held-answers.ts";
import { readerGone } from "./reader-gone.ts";

/** Characters that are given to the connection at once. */
const jsonPieceLength = 65_536;

const jsonHeaders = { "content-type": "application/json" } as const;

/**
 * A value as JSON. A long text is given to its reader piece by piece: a connection that is not read holds
 * one piece, and the text is dropped if none is taken for a minute, or where `held` needs the room.
 */
export const jsonResponse = (value: object, held: HeldAnswers): Response =>
  textResponse(JSON.stringify(value), jsonHeaders, held);

/** The same for a text of any kind. */
export const textResponse = (
  text: string,
  headers: Readonly<Record<string, string>>,
  held: HeldAnswers,
): Response => new Response(text.length <= jsonPieceLength ? text : pieces(text, held), { headers });

function pieces(whole: string, held: HeldAnswers): ReadableStream<Uint8Array> {
  let text = whole;
  let at = 0;
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined;
  function drop(): void {
    close();
    stream?.error(readerGone());
  }
  const answer = held.hold(whole.length, drop);
  const stalled = createDeadline(drop);
  function close(): void {
    text = "";
    stalled.close();
    answer.release();
  }
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        stream = controller;
        // A response that is never sent is never read either.
        stalled.set(doorBounds.unreadMs);
      },
      pull(controller) {
        const end = endOfPiece(text, at + jsonPieceLength);
        controller.enqueue(Buffer.from(text.slice(at, end)));
        at = end;
        if (at < text.length) {
          answer.touch();
          return stalled.set(doorBounds.unreadMs);
        }
        close();
        controller.close();
      },
      cancel: close,
    },
    { highWaterMark: 0 },
  );
}

/** No character of two units is divided. */
const endOfPiece = (text: string, end: number): number =>
  end < text.length && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 ? end - 1 : Math.min(end, text.length);
