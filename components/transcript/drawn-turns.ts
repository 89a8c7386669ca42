import type { Turn } from "#lib/client/conversation/turns.ts";
import { answerText } from "#lib/protocol/answer-text.ts";

/** Of its question on the page. */
export const headingId = ({ key }: Turn): string => `q-${key}`;

/** Of questions and answers, as many as fill a view: what is drawn before the first paint, characters. */
const firstViewLength = 6000;

/**
 * Where the turns begin that come to `characters` and end before `end`: one at least. `reached`: the heading
 * of a turn that is among them, however long they are.
 */
export function firstOfTurns(
  turns: readonly Turn[],
  end: number,
  reached?: string,
  characters: number = firstViewLength,
): number {
  const at = turns.findIndex((turn) => headingId(turn) === reached);
  let first = at >= 0 ? Math.min(at, end) : end;
  let length = 0;
  for (let back = end; back > 0 && length < characters; back -= 1) {
    first = Math.min(first, back - 1);
    length += drawnLength(turns[back - 1]);
  }
  return first;
}

/** What stands around a text counts too. */
const frameLength = 200;

const drawnLength = (turn: Turn | undefined): number =>
  frameLength + (turn?.text.length ?? 0) + answerText(turn?.answer?.parts ?? []).length;
