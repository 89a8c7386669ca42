/**
 * The names of all keys. What belongs to a conversation shares its hash tag. Pointers, users' lists and the
 * list of live runs lie outside and can be rebuilt from it. Ids are escaped, so that no id can name another
 * record.
 */
export function createKeys(prefix: string) {
  const id = encodeURIComponent;
  const literally = prefix.replace(/[\\*?[\]^]/g, "\\$&");
  const tagOf = (conversationId: string) => `${prefix}:{${id(conversationId)}}`;
  return {
    /** For `SCAN`: all conversations, and other keys, which `conversationIdOf` tells apart. */
    conversationPattern: `${literally}:{*}`,
    conversationIdOf(key: string): string | undefined {
      const [begin, end] = [`${prefix}:{`, "}"];
      if (!key.startsWith(begin) || !key.endsWith(end)) return undefined;
      const escaped = key.slice(begin.length, -end.length);
      return /[{}:]/.test(escaped) ? undefined : decodeURIComponent(escaped);
    },
    conversation: (conversationId: string) => conversationKeys(tagOf(conversationId)),
    run: (conversationId: string, runId: string) => runKeys(tagOf(conversationId), id(runId)),
    /** Where a copy of a conversation is assembled: under its tag, so that one script can put it in place. */
    copy: (conversationId: string) => conversationKeys(`${tagOf(conversationId)}:copy`),
    copiedRun: (conversationId: string, runId: string) => runKeys(`${tagOf(conversationId)}:copy`, id(runId)),

    /** Pieces of records that are too large for one request, until the copy is in place. */
    copiedPieces: (conversationId: string) => `${tagOf(conversationId)}:copy:pieces`,
    /** Pieces of an answer that is too large for one request, until its run has ended. */
    piecesOf: (conversationId: string, runId: string) => `${tagOf(conversationId)}:pieces:${id(runId)}`,

    /** Holds the locator of a run. */
    pointer: (runId: string) => `${prefix}:run:${id(runId)}`,
    channel: (runId: string) => `${prefix}:bell:${id(runId)}`,
    /** Conversations of a user. */
    listOf: (userId: string) => `${prefix}:owner:${id(userId)}`,
    /** For `SCAN`: the lists of all users. */
    listPattern: `${literally}:owner:*`,
    userIdOf: (list: string): string => decodeURIComponent(list.slice(`${prefix}:owner:`.length)),
    /** Runs that have not ended and do not wait, by the end of their lease. */
    liveRuns: `${prefix}:live`,
    /** Runs that wait for a person, by when they were made or, once looked at, since when they wait. */
    waitingRuns: `${prefix}:waiting`,
    /** Ended runs with messages that were sent into them and are in no log, by when they ended. */
    leftMessages: `${prefix}:left`,
    /** Conversations whose queue needs no word of a person, by when it was changed. */
    dueQueues: `${prefix}:queues`,
    /** Deleted conversations, by when. */
    deleted: `${prefix}:deleted`,

    sessions: `${prefix}:sessions`,
    /** The sessions that were given to this user. */
    sessionsOf: (userId: string) => `${prefix}:sessions-of:${id(userId)}`,
    transfers: `${prefix}:transfers`,
    /** The codes of this user, as long as any of them can be valid. */
    transfersOf: (userId: string) => `${prefix}:transfers-of:${id(userId)}`,
    moves: `${prefix}:moves`,

    notesOf: (userId: string) => `${prefix}:notes:${id(userId)}`,
    /** For `SCAN`: the notes of all users. */
    notesPattern: `${literally}:notes:*`,
    userIdOfNotes: (notes: string): string => decodeURIComponent(notes.slice(`${prefix}:notes:`.length)),

    startsOf: (who: string) => `${prefix}:starts:${id(who)}`,
    liveRunsOf: (userId: string) => `${prefix}:live-of:${id(userId)}`,
    spent: `${prefix}:spent`,
    spenders: `${prefix}:spenders`,
    /** What a script puts before the tag of a conversation to make a run's key from a work item. */
    beforeTag: `${prefix}:`,

    /** Written to find out whether writes are taken. */
    probe: `${prefix}:probe`,
    /** Gone where the store was emptied. */
    witness: `${prefix}:witness`,
    /** A name that the store has for a while. */
    identity: `${prefix}:identity`,
  };
}

export type Keys = ReturnType<typeof createKeys>;

const conversationKeys = (tag: string) => ({
  record: tag,
  order: `${tag}:order`,
  messages: `${tag}:messages`,
  runs: `${tag}:runs`,
});

const runKeys = (tag: string, escapedId: string) => ({
  record: `${tag}:run:${escapedId}`,
  log: `${tag}:log:${escapedId}`,
  fold: `${tag}:fold:${escapedId}`,
});
