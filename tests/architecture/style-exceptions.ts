interface AllowedWords {
  files: RegExp;
  names: readonly string[];
  because: string;
}

/** Declared names that a rule of banned-words.ts finds and that are right where they stand. */
export const allowedWords: readonly AllowedWords[] = [
  {
    files: /^lib\/config\.ts$/,
    names: ["SILENCE_SECONDS"],
    because: "an environment variable that servers in use have set",
  },
  {
    files: /^(lib|tests\/lib)\/storage\/kv\/codec\//,
    names: ["owner", "byHand", "brokeOff", "about"],
    because: "fields of records in the stores that exist",
  },
];

/** Top-level names that two files of lib may both declare → why one name cannot do. */
export const allowedTwice: Readonly<Record<string, string>> = {};

/** What is still to be mended: how a violation begins. Only ever shorter. */
export const notYet: readonly string[] = [
  "long function: components/chat/conversation-page.tsx",
  "banned word: components/chat/",
  "banned word: components/composer/",
  "banned word: components/message/",
  "banned word: components/settings/",
  "banned word: components/sidebar/",
  "banned word: components/transcript/",
  "banned word: components/ui/",
  "banned word: lib/async/",
  "banned word: lib/client/",
  "banned word: lib/http/",
  "banned word: lib/models/",
  "banned word: lib/protocol/",
  "banned word: lib/runs/follow-run.ts",
  "banned word: lib/wire/",
  "banned word: lib/write-line.ts",
  "banned word: tests/bench/",
  "banned word: tests/chaos/",
  "banned word: tests/components/",
  "banned word: tests/contract/",
  "banned word: tests/e2e/",
  "banned word: tests/http/",
  "banned word: tests/lib/async/",
  "banned word: tests/lib/client/",
  "banned word: tests/lib/config.test.ts",
  "banned word: tests/lib/history/",
  "banned word: tests/lib/http/",
  "banned word: tests/lib/models/",
  "banned word: tests/lib/runs/",
  "banned word: tests/lib/sessions/",
  "banned word: tests/lib/storage/",
  "banned word: tests/lib/wire/",
  "banned word: tests/security/",
  "banned word: tests/support/",
];

/** Names that are still declared twice. Only ever shorter. */
export const twiceYet: readonly string[] = [
  "en",
  "headersOf",
  "isRecord",
  "lengthOf",
  "maxBytes",
  "parse",
  "text",
  "textOf",
  "tooLarge",
  "turnsOf",
  "zh",
];
