export type DemoLanguage = "en" | "zh";

/** A message as the demo reads it: its text alone. */
export interface DemoMessage {
  role: string;
  content: string;
}

/** An object that is asked for: its name, and its JSON Schema. */
export interface DemoForm {
  name: string;
  schema?: unknown;
}

/** What a script is shown of a conversation. */
export interface DemoTurn {
  question: string;
  language: DemoLanguage;
  /** What the user said before this question, oldest first. */
  earlier: readonly string[];
  /** The object that the answer is to be; absent: it is text. */
  form?: DemoForm;
  /** The names of those that it may call. */
  tools: readonly string[];
  /** What its calls since the question came to. */
  results: readonly string[];
  /** Of an agent that writes code: what came of it since the question; absent: any other asks. */
  observations?: readonly string[];
  /** The answer before did not fit, and is asked for again. */
  isRetry: boolean;
}

/** What the demo model says, at what pace. */
export interface DemoReply {
  reasoning?: string;
  text: string;
  /** Made behind the text. */
  call?: { name: string; input: object };
  /** A usual speed if absent. */
  tokensPerSecond?: number;
  /** Waited after each line of the text. */
  linePauseMs?: number;
  /** The connection breaks after so many characters of the text. */
  breaksAt?: number;
}

export interface DemoScript {
  matches(turn: DemoTurn): boolean;
  reply(turn: DemoTurn): DemoReply;
}
