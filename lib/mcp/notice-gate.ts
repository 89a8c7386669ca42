import { createDeadline } from "../async/deadline.ts";
import { isPlainObject } from "./is-plain-object.ts";

/**
 * What a server says beside its answers, before the protocol's client looks at it, which costs a hundred
 * times as much. A server that tells of its progress thousands of times a second is listened to ten times.
 *
 * 1. The first word of progress passes at once, of those within `noticeMs` of it the newest, when that time
 *    is over, or before whatever else comes.
 * 2. What nobody here listens for is dropped: logs, resources, prompts.
 * 3. Everything else passes, in its order.
 */
export interface NoticeGate<M> {
  /** `json`: the text of the message, where it is short enough for a notice (`maxNoticeLength`). */
  take(message: M, json: string | undefined): void;
  /** Nothing comes after this: what is held passes. */
  end(): void;
}

/** Of the text of a notice, in bytes or characters; a longer message is none. */
export const maxNoticeLength = 4096;
/** What is handed on in one turn of the event loop. */
export const maxMessagesInTurn = 100;
const noticeMs = 100;

/** `now`: ms that no one sets. */
export function createNoticeGate<M>(
  pass: (message: M) => void,
  now: () => number = () => performance.now(),
): NoticeGate<M> {
  const deadline = createDeadline(release);
  let held: { message: M } | undefined;
  let passedAt = Number.NEGATIVE_INFINITY;

  function release(): void {
    deadline.clear();
    if (!held) return;
    const { message } = held;
    held = undefined;
    passedAt = now();
    pass(message);
  }

  return {
    take(message, json) {
      const notice = json === undefined ? undefined : noticeIn(json);
      if (notice === "unheard") return;
      if (notice === undefined) {
        release();
        return pass(message);
      }
      const isFirst = held === undefined;
      held = { message };
      const leftMs = noticeMs - (now() - passedAt);
      if (leftMs <= 0) release();
      else if (isFirst) deadline.set(leftMs);
    },
    end() {
      release();
      deadline.close();
    },
  };
}

/** Undefined: it may be an answer, or anything else. */
function noticeIn(json: string): "progress" | "unheard" | undefined {
  if (!json.includes("notifications")) return undefined;
  try {
    const message: unknown = JSON.parse(json);
    if (!isPlainObject(message) || "id" in message || typeof message["method"] !== "string") return undefined;
    const { method } = message;
    if (method === "notifications/progress") return "progress";
    return unheard.test(method) ? "unheard" : undefined;
  } catch {
    return undefined;
  }
}

const unheard = /^notifications\/(message$|resources\/|prompts\/)/;
