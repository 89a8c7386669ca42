interface AllowedWords {
  files: RegExp;
  names: readonly string[];
  because: string;
}

/** Declared names that a rule of banned-words.ts finds and that are right where they stand. */
export const allowedWords: readonly AllowedWords[] = [
  {
    files: /^lib\/config\/variables\.ts$/,
    names: ["SILENCE_SECONDS"],
    because: "an environment variable that servers in use have set",
  },
];

/** Top-level names that two files of lib may both declare → why one name cannot do. */
export const allowedTwice: Readonly<Record<string, string>> = {};

/** What is still to be mended: how a violation begins. Only ever shorter. */
export const notYet: readonly string[] = [
  "long function: components/chat/conversation-page.tsx",
  "banned word: components/chat/",
  "banned word: components/ui/",
  "banned word: lib/client/",
  "banned word: lib/http/",
  "banned word: lib/models/",
  "banned word: lib/storage/",
  "banned word: lib/write-line.ts",
  "banned word: tests/contract/",
  "banned word: tests/http/",
  "banned word: tests/lib/client/",
  "banned word: tests/lib/config.test.ts",
  "banned word: tests/lib/history/",
  "banned word: tests/lib/http/",
  "banned word: tests/lib/models/",
  "banned word: tests/lib/runs/",
  "banned word: tests/lib/sessions/",
  "banned word: tests/lib/storage/",
  "banned word: tests/security/",
  "banned word: tests/support/",
];

/** Names that are still declared twice. Only ever shorter. */
export const twiceYet: readonly string[] = [
  "Bells",
  "BellsOptions",
  "Claim",
  "ConversationStore",
  "Environment",
  "FollowResult",
  "Place",
  "Sql",
  "Tail",
  "Value",
  "ask",
  "attempts",
  "check",
  "continued",
  "createBells",
  "createConversationStore",
  "createConversations",
  "createLeases",
  "createLimits",
  "createReadRuns",
  "createRun",
  "createRunLog",
  "createRunScript",
  "createRuns",
  "createSessions",
  "decode",
  "en",
  "end",
  "entriesOf",
  "graceMs",
  "headersOf",
  "holderOf",
  "id",
  "isRecord",
  "isThere",
  "join",
  "judge",
  "key",
  "lengthOf",
  "maxBytes",
  "maxCharacters",
  "most",
  "nameOf",
  "pageSize",
  "parse",
  "parseJson",
  "partOf",
  "pollMs",
  "prepareStatements",
  "readConversation",
  "refuse",
  "silenceMs",
  "stopOf",
  "storageErrorOf",
  "text",
  "textOf",
  "tooLarge",
  "trim",
  "tryRead",
  "turnsOf",
  "version",
  "wordsOf",
  "zh",
];
