/**
 * The names of all records. What belongs to a conversation shares its hash tag; the pointers, the owners' indexes and the
 * lists of work lie outside and can be made anew from it. An id is escaped, so that none can name another's record.
 */
export function createKeys(prefix: string) {
  const id = encodeURIComponent;
  return {
    live: `${prefix}:live`,
    deleted: `${prefix}:deleted`,
    sessions: `${prefix}:sessions`,
    transfers: `${prefix}:transfers`,
    moves: `${prefix}:moves`,
    spent: `${prefix}:spent`,
    spenders: `${prefix}:spenders`,
    starts: (who: string) => `${prefix}:starts:${id(who)}`,
    liveOf: (ownerId: string) => `${prefix}:live-of:${id(ownerId)}`,
    /** What comes before the hash tag of a run's conversation. */
    runTag: `${prefix}:`,
    pointer: (runId: string) => `${prefix}:run:${id(runId)}`,
    ownerIndex: (ownerId: string) => `${prefix}:owner:${id(ownerId)}`,
    /** The sessions that were given this owner. */
    ownerSessions: (ownerId: string) => `${prefix}:sessions-of:${id(ownerId)}`,
    /** Of an owner that joined another. */
    move: (from: string, to: string) => `${id(from)} ${id(to)}`,
    readMove(move: string): { from: string; to: string } {
      const [from = "", to = ""] = move.split(" ").map(decodeURIComponent);
      return { from, to };
    },
    channel: (runId: string) => `${prefix}:bell:${id(runId)}`,
    /** A live run's entry in the list of work: enough to find its keys. */
    member: (conversationId: string, runId: string) => `${id(conversationId)} ${id(runId)}`,
    readMember(member: string): { conversationId: string; runId: string } {
      const [conversationId = "", runId = ""] = member.split(" ").map(decodeURIComponent);
      return { conversationId, runId };
    },
    /** What the pointer of a run holds. */
    place: (conversationId: string, ownerId: string) => `${id(conversationId)} ${id(ownerId)}`,
    readPlace(place: string): { conversationId: string; ownerId: string } {
      const [conversationId = "", ownerId = ""] = place.split(" ").map(decodeURIComponent);
      return { conversationId, ownerId };
    },
    conversation(conversationId: string) {
      const tag = `${prefix}:{${id(conversationId)}}`;
      return { itself: tag, order: `${tag}:order`, messages: `${tag}:messages`, runs: `${tag}:runs` };
    },
    run(conversationId: string, runId: string) {
      const tag = `${prefix}:{${id(conversationId)}}`;
      return {
        itself: `${tag}:run:${id(runId)}`,
        log: `${tag}:log:${id(runId)}`,
        fold: `${tag}:fold:${id(runId)}`,
      };
    },
  };
}

export type Keys = ReturnType<typeof createKeys>;
