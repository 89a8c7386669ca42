interface AllowedWords {
  files: RegExp;
  names: readonly string[];
  because: string;
}

/** Declared names that a rule of banned-words.ts finds and that are right where they stand. */
export const allowedWords: readonly AllowedWords[] = [
  {
    files: /^(lib\/config\/variables\.ts$|tests\/)/,
    names: ["SILENCE_SECONDS"],
    because: "an environment variable that servers in use have set",
  },
  {
    files: /^(lib|tests\/lib)\/storage\/kv\/codec\//,
    names: ["owner", "byHand", "brokeOff", "about"],
    because: "fields of records in the stores that exist",
  },
  {
    files: /^(tests\/)?components\/message\/workflow\//,
    names: ["waiting"],
    because: "the protocol's word for a step that waits",
  },
];

interface AllowedPhrase {
  files: RegExp;
  phrase: RegExp;
  because: string;
}

/** Phrases of the pages that hold a banned word and are right there. */
export const allowedPhrases: readonly AllowedPhrase[] = [
  {
    files: /^(README|docs\/.*)\.md$/,
    phrase: /\bc[ao]m(e|es|ing) back\b/gi,
    because: "people may come back, where readers reconnect",
  },
  {
    files: /^docs\/storage\.md$/,
    phrase: /\bthe file's owner\b/g,
    because: "the operating system's word for whose a file is",
  },
];

/** Tests that may let time pass → what they would else not show. */
export const allowedSleeps: Readonly<Record<string, string>> = {
  "tests/http/steering.test.ts": "people write, and processes die, at times of their own",
  "tests/http/queue.test.ts": "processes die at times of their own",
  "tests/http/shutdown.test.ts": "a person's keys and npm's signals come at times of their own",
};

/** Top-level names that two files of lib, components and app may both declare → why one name cannot do. */
export const allowedTwice: Readonly<Record<string, string>> = {
  en: "the messages and each script of the demo hold a text by its language",
  zh: "the same",
  dynamic: "Next reads it from each page's file",
  Page: "Next's word for what such a file exports",
  Layout: "the same",
  NotFound: "the same",
  step: "what a workflow is written with; and what every transition of the page returns by",
  GET: "Next's word for what a route answers",
  POST: "the same",
  PATCH: "the same",
  DELETE: "the same",
};
