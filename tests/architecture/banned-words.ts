/** A word of the dialect that this code once spoke, and the field's word for it. */
export interface BannedWord {
  /**
   * Parts of a declared name or of a file's name, in small letters: `own run` is found in `ownRun`,
   * `createOwnRuns` and `own-run.ts`. Several are separated by `|`.
   */
  name?: string;
  /** A whole declared name. */
  whole?: RegExp;
  /** In comments and in titles of tests; what stands in backticks there is code and not read. */
  prose?: RegExp;
  use: string;
  /** Where it is banned; everywhere if absent. */
  files?: RegExp;
}

const lib = /^(lib|tests)\//;
const stores = /^(lib\/storage|tests\/lib\/storage|tests\/contract)\//;
const page = /^(lib\/client|components|tests\/lib\/client|tests\/components)\//;
const rows = /^(lib\/storage|lib\/runs|tests\/contract)\//;

/**
 * The left column of the project's word list, with the right one. Names in snake_case are the database's or
 * a wire's and stay as they are stored.
 */
export const bannedWords: readonly BannedWord[] = [
  { name: "owner", prose: /\bowners?\b/i, use: "the user of a conversation (userId), the holder of a lease" },
  {
    name: "own run|owned run",
    // Whose run it is may be said.
    prose: /(?<!\b(my|your|his|her|its|our|their) )\bown(ed)? runs?\b/i,
    use: "driveRun, DrivenRun",
  },
  { name: "own log", prose: /\bown log\b/i, use: "tail cache" },
  { whole: /^(Append|Created|Answer)$/, use: "AppendResult, CreateResult, LeaseReply", files: rows },
  {
    name: "bell|ring|rang|ears",
    prose: /\b(bells?|rings?|rang|rung|ears)\b/i,
    use: "notify, subscribe, Latch",
    files: lib,
  },
  { name: "pen", prose: /\bpens?\b/i, use: "log writer" },
  { name: "teller|tell|said", prose: /\btellers?\b/i, use: "statusReporter, report, StepResult" },
  {
    name: "hear|heard",
    prose: /\b(hears?|heard|unheard)\b/i,
    use: "onReply, onComment, onNotice, touch",
    files: lib,
  },
  { name: "silence", prose: /\b(silence|falls? silent)\b/i, use: "idle timeout, watchdog" },
  {
    name: "ready part|go on|gather",
    prose: /\b(ready parts?|gather(s|ed|ing)?)\b/i,
    use: "coalescing queue, flush, coalesceMs, continuationPrompt",
  },
  { name: "beat|on beat", prose: /\bbeats?\b/i, use: "coalesced timer, heartbeat" },
  { name: "glance", prose: /\bglances?\b/i, use: "tryRead" },
  {
    name: "recent log|grown|grow held|grow judged",
    prose: /\brecent logs?\b/i,
    use: "tail cache, append, appendFast, appendChecked",
    files: lib,
  },
  {
    name: "fresh event|settled event|fresh file|most fresh|add fresh|purge fresh|clear fresh",
    prose: /\b(fresh|settled) events?\b/i,
    use: "staging table, main table",
    files: stores,
  },
  { name: "patience|patiently", prose: /\b(patience|patiently)\b/i, use: "busy timeout, retryWhileBusy" },
  { name: "ask run|ask within|ask store|ask over|ask in turn", use: "readOne, request, startRun, fetchJson" },
  { name: "room", use: "KvContext, section", files: /^(?!tests\/architecture\/)/ },
  {
    whole: /^place$/,
    use: "RunLocator, ResolvedQuestion, scrollPosition",
    files: /^(?!components\/message\/markdown\/)/,
  },
  { whole: /^places$/, use: "run locators", files: /^lib\// },
  {
    name: "place of|whereabouts",
    prose: /\bwhereabouts\b/i,
    use: "RunLocator, ResolvedQuestion, scrollPosition",
  },
  { whole: /^(work|createWork)$/, use: "claimable runs", files: stores },
  { name: "shelf", prose: /\b(shelf|shelves)\b/i, use: "collection" },
  { name: "share call", prose: /\bshared? calls?\b/i, use: "single flight" },
  { name: "watch other|other process", use: "cross-process notifier" },
  { name: "by hand", prose: /\btitles? (\w+ )?by hand\b/i, use: "titleIsCustom, custom title" },
  { name: "broke off", prose: /\bbroke off\b/i, use: "isContinuable, incomplete, cut off" },
  { name: "member|mark|about", use: "workItem, version, meta", files: stores },
  { whole: /^(asking|waiting)$/, use: "pending message, queued", files: page },
  {
    name: "take back|send again|let go|letting go|come back|look elsewhere|gone on",
    prose: /\bt(ake[sn]?|aking|ook) ((it|them|this|that|one) )?back\b|\blooks? elsewhere\b|\bgone on\b/i,
    use: "discard, resend, pause, resume, refreshIfIdle, continued",
  },
  {
    prose: /\b(let(s|ting)? (\w+ )?go|c[ao]m(e|es|ing) back)\b/i,
    use: "release, close, reconnect, resume, return",
  },
  { name: "torn", prose: /\btorn\b/i, use: "truncated" },
  {
    whole: /^line$/,
    use: "connection, ConnectionState",
    files: /^(lib\/storage|lib\/client|tests\/lib\/(storage|client|runs)|tests\/contract)\//,
  },
  { name: "saving|unsaved", prose: /\bunsaved\b/i, use: "durability: ok, delayed, stopped" },
  { name: "chat holder", prose: /\bchat holders?\b/i, use: "ChatProvider, useChat" },
  { whole: /^held$/, use: "chat, the noun of what it is", files: page },
  {
    name: "lone page|calm note|running head|phase note|ending row|part row|line row",
    prose: /\b(lone page|calm note|running head|phase note|ending row|part row|line row)s?\b/i,
    use: "status page, empty state, page header, status notice, message footer, part, connection notices",
  },
  { whole: /^facts$/, use: "stats", files: /^components\// },
  { whole: /^words$/i, use: "messages, Messages (i18n)", files: /^(lib\/client|components\/ui)\// },
  { name: "most|longest|fewest", use: "max, min" },
  {
    name: "is over",
    prose: /\bruns? (is|are|was|were) over\b/i,
    use: "isEnded of a run, closed of a thing",
    files: lib,
  },
  { whole: /^Refusal$/, use: "ProviderRejection" },
  { name: "verdict", prose: /\bverdicts?\b/i, use: "RetryDecision, judgement" },
  { whole: /^Asked$/, use: "the noun of what it is: a started run, a request" },
  { whole: /^Wanted$/, use: "ReadRequest" },
  { whole: /^Once$/, use: "ConnectionResult" },
  { whole: /^Followed$/, use: "FollowResult" },
  { whole: /^([Ww]ish|Stretch)$/, use: "the noun of what it is" },
  { whole: /^Phrase$/, use: "the noun of what it is", files: lib },
  { name: "manager|helper|util|utils|service|misc|common", use: "the noun of what it is" },
  { whole: /^info$/, use: "the noun of what it is", files: /^(app|components|lib)\// },
  { whole: /^(handle|process)[A-Z]/, use: "a verb that says what is done" },
];
