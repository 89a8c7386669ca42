import type { AssistantMessage, Part, RefusalPart, TextPart } from "./message.ts";
import type { Usage } from "./run-event.ts";

/**
 * A kept partial answer and what the run that continues it has written: one message, under the same id. Text
 * continues in the part in which it was cut off, in mid-word, mid-list or mid-fence, also if the model
 * thought before it went on: what was thought stands behind it then. `kept` is given back with the run's
 * other parts behind its own, and with what it had cost; a message that already is of that run is returned
 * as it is in `continued`.
 */
export function continueMessage(
  kept: AssistantMessage | undefined,
  continued: AssistantMessage,
): AssistantMessage {
  if (!kept || kept.runId === continued.runId) return continued;
  const { ending } = kept;
  const summary = continued.summary ?? kept.summary;
  const took = (kept.durationBefore ?? 0) + ownDuration(ending);
  const takeovers = [...(kept.takeovers ?? []), ...(continued.takeovers ?? [])];
  return {
    ...continued,
    createdAt: kept.createdAt,
    parts: joinParts(kept.parts, continued.parts),
    spentBefore: [...(kept.spentBefore ?? []), (ending && "total" in ending && ending.total) || unknown],
    ...(takeovers.length > 0 && { takeovers }),
    ...(took > 0 && { durationBefore: took }),
    ...(summary && { summary }),
  };
}

const ownDuration = (ending: AssistantMessage["ending"]): number =>
  (ending && "timings" in ending && ending.timings?.durationMs) || 0;

const unknown: Usage = { source: "provider" };

type WrittenPart = RefusalPart | (TextPart & { type: "text" });

function joinParts(kept: readonly Part[], added: readonly Part[]): readonly Part[] {
  const joined = [...kept];
  let begun = begunTexts(kept);
  for (const part of added) {
    if (separates(part)) begun = {};
    const at = isWrittenText(part) ? begun[part.type] : undefined;
    const before = at === undefined ? undefined : joined[at];
    if (at !== undefined && before && isWrittenText(before) && isWrittenText(part))
      joined[at] = withMore(before, part);
    else joined.push(part);
  }
  return joined;
}

/** Where the text and the refusal stand that may go on: those behind everything that separates. */
function begunTexts(parts: readonly Part[]): Partial<Record<WrittenPart["type"], number>> {
  let begun: Partial<Record<WrittenPart["type"], number>> = {};
  for (const [at, part] of parts.entries()) {
    if (separates(part)) begun = {};
    if (isWrittenText(part)) begun = { ...begun, [part.type]: at };
  }
  return begun;
}

/** What a model thought, or where it looked, is no end of what it wrote. */
const separates = ({ type }: Part): boolean =>
  type !== "text" && type !== "refusal" && type !== "reasoning" && type !== "source-url";

const isWrittenText = (part: Part): part is WrittenPart =>
  (part.type === "text" || part.type === "refusal") && part.parentToolCallId === undefined;

/** It is open for as long as what goes on in it. */
function withMore(before: WrittenPart, { text, endedAt }: WrittenPart): Part {
  const { endedAt: _, ...begun } = before;
  return { ...begun, text: begun.text + text, ...(endedAt !== undefined && { endedAt }) };
}
