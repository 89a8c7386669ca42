/**
 * The names of all records. What belongs to a conversation shares its hash tag; the pointers, the owners'
 * indexes and the lists of work lie outside and can be made anew from it. An id is escaped, so that none can
 * name another's record.
 */
export function createKeys(prefix: string) {
  const id = encodeURIComponent;
  const literally = prefix.replace(/[\\*?[\]^]/g, "\\$&");
  return {
    /**
     * What `SCAN` finds all conversations by; `conversationIdOf` tells them from other keys that it finds.
     */
    conversationPattern: `${literally}:{*}`,
    conversationIdOf(key: string): string | undefined {
      const [begin, end] = [`${prefix}:{`, "}"];
      if (!key.startsWith(begin) || !key.endsWith(end)) return undefined;
      const escaped = key.slice(begin.length, -end.length);
      return /[{}:]/.test(escaped) ? undefined : decodeURIComponent(escaped);
    },
    /** What `SCAN` finds all owners' indexes by. */
    ownerPattern: `${literally}:owner:*`,
    userIdOf: (key: string): string => decodeURIComponent(key.slice(`${prefix}:owner:`.length)),
    /** A name that the store has for a while. */
    identity: `${prefix}:identity`,
    live: `${prefix}:live`,
    deleted: `${prefix}:deleted`,
    sessions: `${prefix}:sessions`,
    transfers: `${prefix}:transfers`,
    moves: `${prefix}:moves`,
    spent: `${prefix}:spent`,
    spenders: `${prefix}:spenders`,
    starts: (who: string) => `${prefix}:starts:${id(who)}`,
    liveOf: (userId: string) => `${prefix}:live-of:${id(userId)}`,
    /** What comes before the hash tag of a run's conversation. */
    runTag: `${prefix}:`,
    pointer: (runId: string) => `${prefix}:run:${id(runId)}`,
    ownerIndex: (userId: string) => `${prefix}:owner:${id(userId)}`,
    /** The sessions that were given this owner. */
    ownerSessions: (userId: string) => `${prefix}:sessions-of:${id(userId)}`,
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
    place: (conversationId: string, userId: string) => `${id(conversationId)} ${id(userId)}`,
    readPlace(place: string): { conversationId: string; userId: string } {
      const [conversationId = "", userId = ""] = place.split(" ").map(decodeURIComponent);
      return { conversationId, userId };
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
    /**
     * Where a copy of a conversation is put together: under its tag, so that one step can make it the
     * conversation.
     */
    copy(conversationId: string) {
      const tag = `${prefix}:{${id(conversationId)}}:copy`;
      return { itself: tag, order: `${tag}:order`, messages: `${tag}:messages`, runs: `${tag}:runs` };
    },
    copiedRun(conversationId: string, runId: string) {
      const tag = `${prefix}:{${id(conversationId)}}:copy`;
      return {
        itself: `${tag}:run:${id(runId)}`,
        log: `${tag}:log:${id(runId)}`,
        fold: `${tag}:fold:${id(runId)}`,
      };
    },
  };
}

export type Keys = ReturnType<typeof createKeys>;
