import type { EventOf, RunEvent } from "../protocol/run-event.ts";

/*
 * The text of an answer while it is written, read from the events alone: each costs what is new in it,
 * however long the text is. What agents inside of calls write is none of it; what stands in several places is
 * several paragraphs.
 */

/** What is new each time. */
export async function* textDeltasOf(events: AsyncIterable<RunEvent>): AsyncGenerator<string> {
  for await (const { delta } of streamedText(events)) if (delta !== "") yield delta;
}

/** The whole text so far, each time that it has changed. */
export async function* textSnapshotsOf(events: AsyncIterable<RunEvent>): AsyncGenerator<string> {
  for await (const { text } of streamedText(events)) yield text;
}

interface StreamedText {
  text: string;
  /** Empty: some of it was dropped. */
  delta: string;
}

async function* streamedText(events: AsyncIterable<RunEvent>): AsyncGenerator<StreamedText> {
  /** How long the text was when each step of the agent itself began. */
  const startOf = new Map<string, number>();
  const own = new Set<string>();
  let text = "";
  let newestId: string | undefined;
  for await (const event of events) {
    switch (event.type) {
      case "start-step":
        if (event.parentToolCallId === undefined) startOf.set(event.stepId, text.length);
        break;
      case "text-start":
        if (isOwn(event, startOf)) own.add(event.id);
        break;
      case "reset-step": {
        const length = startOf.get(event.stepId) ?? text.length;
        if (length === text.length) break;
        text = text.slice(0, length);
        newestId = undefined;
        yield { text, delta: "" };
        break;
      }
      case "text-delta": {
        if (!own.has(event.id) || event.delta === "") break;
        const isNewPlace = event.id !== newestId && text !== "";
        const delta = isNewPlace ? `\n\n${event.delta}` : event.delta;
        text += delta;
        newestId = event.id;
        yield { text, delta };
        break;
      }
      default:
    }
  }
}

const isOwn = ({ stepId }: EventOf<"text-start">, startOf: ReadonlyMap<string, number>): boolean =>
  stepId === undefined || startOf.has(stepId);
