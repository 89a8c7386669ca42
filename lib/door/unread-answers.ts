import type { Socket } from "node:net";
import type { DoorBounds } from "./door-bounds.ts";

/** The part of a connection that tells how far its reader has come. */
export type AnsweredSocket = Pick<Socket, "writableLength" | "bytesWritten" | "destroy">;

/** Connections on which something is being answered. */
export interface UnreadAnswers {
  add(socket: AnsweredSocket): void;
  delete(socket: AnsweredSocket): void;
  /** Ends those whose readers do not read. `now`: monotonic ms. */
  check(now: number): void;
}

/** Where a reader stood, and when. */
interface ReaderMark {
  at: number;
  taken: number;
}

/** How long a reader stands still before its answer may be dropped for the sake of others. */
const stillMs = 3000;

/**
 * Ends an answer that waits for a reader who has taken less than `readBytes` in `unreadMs`: it would be held
 * in memory for ever. Where too much is held in all, whoever stands still longest goes first.
 */
export function createUnreadAnswers({
  unreadMs,
  readBytes,
  unreadBytes,
}: Pick<DoorBounds, "unreadMs" | "readBytes" | "unreadBytes">): UnreadAnswers {
  const marks = new Map<AnsweredSocket, ReaderMark>();

  function end(socket: AnsweredSocket): void {
    marks.delete(socket);
    socket.destroy();
  }

  function dropStanding(now: number): void {
    let held = 0;
    for (const socket of marks.keys()) held += socket.writableLength;
    const standing = [...marks].filter(([socket, { at }]) => socket.writableLength > 0 && now - at > stillMs);
    standing.sort(([, a], [, b]) => a.at - b.at);
    for (const [socket] of standing) {
      if (held <= unreadBytes) return;
      held -= socket.writableLength;
      end(socket);
    }
  }

  return {
    add: (socket) => void marks.set(socket, { at: Number.POSITIVE_INFINITY, taken: takenBytes(socket) }),
    delete: (socket) => void marks.delete(socket),
    check(now) {
      for (const [socket, mark] of marks) {
        const taken = takenBytes(socket);
        const isNew = mark.at === Number.POSITIVE_INFINITY;
        if (isNew || socket.writableLength === 0 || taken - mark.taken >= readBytes)
          marks.set(socket, { at: now, taken });
        else if (now - mark.at >= unreadMs) end(socket);
      }
      dropStanding(now);
    },
  };
}

/** What the system has taken of what was written; a chunk counts in parts where Node tells them. */
function takenBytes(socket: AnsweredSocket): number {
  const handle: unknown = Reflect.get(socket, "_handle");
  if (typeof handle === "object" && handle !== null) {
    const written: unknown = Reflect.get(handle, "bytesWritten");
    const queued: unknown = Reflect.get(handle, "writeQueueSize");
    if (typeof written === "number" && typeof queued === "number") return written - queued;
  }
  return socket.bytesWritten - socket.writableLength;
}
