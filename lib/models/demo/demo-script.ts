export type DemoLanguage = "en" | "zh";

/** A message as the demo reads it: its text alone. */
export interface DemoMessage {
  role: string;
  content: string;
}

/** What a script is shown of a conversation. */
export interface DemoTurn {
  question: string;
  language: DemoLanguage;
  /** What the user said before this question, oldest first. */
  earlier: readonly string[];
}

/** What the demo model says, at what pace. */
export interface DemoReply {
  reasoning?: string;
  text: string;
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
