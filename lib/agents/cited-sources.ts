import type { Message, Part, SourcePart } from "../protocol/message.ts";
import type { EventBody } from "../protocol/run-event.ts";
import type { CitedPage } from "../tools/tool.ts";

/** The pages that the answers of a conversation are from, numbered in the order in which they were read. */
export interface CitedSources {
  /** The number of a page; `event`: this answer has not named it yet. */
  cite(page: CitedPage, by: CitingCall): { number: number; event?: EventBody };
}

/** What has read it; without a call, the model's provider names it beside its text. */
export interface CitingCall {
  toolCallId?: string;
  stepId: string;
}

const maxCitedTitle = 300;

/** `history`: the messages before the answer; `parts`: what is written of it. */
export function createCitedSources(history: readonly Message[], parts: readonly Part[]): CitedSources {
  const numbers = new Map<string, number>();
  const named = new Set<string>();
  let newest = 0;

  function note({ sourceId, url }: SourcePart): void {
    const number = Number(sourceId);
    // Those of a provider have names of its own.
    if (!Number.isSafeInteger(number)) return;
    if (!numbers.has(url)) numbers.set(url, number);
    newest = Math.max(newest, number);
  }

  for (const message of history) if (message.role === "assistant") sourcesIn(message.parts).forEach(note);
  for (const part of sourcesIn(parts)) {
    note(part);
    named.add(part.url);
  }

  return {
    cite({ url, title }, { toolCallId, stepId }) {
      const number = numbers.get(url) ?? (newest += 1);
      numbers.set(url, number);
      if (named.has(url)) return { number };
      named.add(url);
      const words = title?.trim().slice(0, maxCitedTitle).toWellFormed() ?? "";
      const source = { type: "source-url", stepId, sourceId: String(number), url } as const;
      const by = toolCallId !== undefined && { toolCallId };
      return { number, event: { ...source, ...by, ...(words !== "" && { title: words }) } };
    },
  };
}

const sourcesIn = (parts: readonly Part[]): SourcePart[] =>
  parts.filter((part): part is SourcePart => part.type === "source-url");
