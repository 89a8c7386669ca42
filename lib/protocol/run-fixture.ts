import { decodeEvent } from "./decode-event.ts";
import { isRecord } from "./is-record.ts";
import type { LogEntry } from "./log-entry.ts";
import type { Message } from "./message.ts";
import type { RunEvent } from "./run-event.ts";
import { type StoredMessage, storedMessage, upgradeMessage } from "./upgrade-parts.ts";

/*
 * A run by itself, so that it can be shown, folded and run again anywhere: one JSON text a line. The first
 * line is the head; each further one is an event, byte for byte as the log has it.
 */

/** What led to a run, and its log. */
export interface RunFixture {
  /**
   * Oldest first: the question last, or behind it the answer that the run continues, as it stood then.
   */
  messages: readonly Message[];
  events: readonly RunEvent[];
}

/** Of the form of the head. A reader refuses a higher one. */
const fixtureVersion = 1;

/** A fixture as a text; it ends with a line feed. */
export const encodeFixture = (messages: readonly Message[], entries: readonly LogEntry[]): string =>
  [
    JSON.stringify({ v: fixtureVersion, messages: messages.map(storedMessage) }),
    ...entries.map(({ json }) => json),
    "",
  ].join("\n");

/** The messages of a fixture's first line. Throws `FixtureFormatError`. */
export function decodeFixtureHead(line: string): readonly Message[] {
  const head = tryParse(line);
  if (!isRecord(head) || head.v !== fixtureVersion || !Array.isArray(head.messages))
    throw new FixtureFormatError(`no fixture of version ${fixtureVersion}: ${line.slice(0, 80)}`);
  // Cast: `encodeFixture` wrote them.
  return (head.messages as StoredMessage[]).map(upgradeMessage);
}

/** A whole fixture. Throws for what is none. */
export function decodeFixture(text: string): RunFixture {
  const [head = "", ...lines] = text.split("\n").filter((line) => line !== "");
  return { messages: decodeFixtureHead(head), events: lines.map(decodeEvent) };
}

/** A text that is no fixture, or one of a newer build. */
class FixtureFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "FixtureFormatError";
  }
}

function tryParse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
