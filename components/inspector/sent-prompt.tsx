import { type ReactElement, useDeferredValue, useEffect, useState } from "react";
import { getSentInput } from "#lib/client/inspector/get-sent-input.ts";
import type { Inspection } from "#lib/client/inspector/inspection.ts";
import { showHidden } from "#lib/client/show-hidden.ts";
import type { RunEvent } from "#lib/protocol/run-event.ts";
import type { PromptMessage, SentContent, SentInput } from "#lib/protocol/sent-input.ts";
import { agentName } from "../message/agent-name.ts";
import { IoPane } from "../message/tools/io-pane.tsx";
import { useChat } from "../providers/chat-provider.tsx";
import { useTranslate } from "../ui/i18n-provider.tsx";
import { type InspectorTranslate, useWords } from "./use-words.ts";

interface SentPromptProps {
  inspection: Inspection;
  runId: string;
  seq: number;
}

/** What the model had been sent last at an event, message by message. */
export function SentPrompt({ inspection, runId, seq }: SentPromptProps): ReactElement {
  const t = useTranslate();
  const w = useWords();
  const at = useDeferredValue(newestRequest(inspection.log.events, seq));
  const input = useSentInput(runId, at);
  if (at === undefined) return <p className="note">{w("prompt.none")}</p>;
  if (typeof input === "string") return <output className="note">{w(`prompt.${input}`)}</output>;
  const name = showHidden(agentName(t, input.agent));
  return (
    <div className="sent">
      <p>{w("prompt.sent", { name, n: input.seq })}</p>
      {input.leftOut !== undefined && <p>{w("prompt.left-out", { n: input.leftOut })}</p>}
      {input.shortened !== undefined && <p>{w("prompt.shortened", { n: input.shortened })}</p>}
      {!input.isExact && <p className="mark">{w("prompt.changed", { name })}</p>}
      <ol>
        {input.messages.map((message, nth) => (
          // They are what was sent then, for ever.
          // oxlint-disable-next-line react/no-array-index-key
          <li key={nth}>
            <SentMessageView message={message} />
          </li>
        ))}
      </ol>
    </div>
  );
}

const newestRequest = (events: readonly RunEvent[], seq: number): number | undefined => {
  for (let at = Math.min(seq, events.length); at > 0; at -= 1)
    if (events[at - 1]?.type === "agent-input") return at;
  return undefined;
};

/** Of the request that event `seq` tells of; each is read once. */
function useSentInput(runId: string, seq: number | undefined): SentInput | "loading" | "away" {
  const { environment } = useChat();
  const [read, setRead] = useState<ReadonlyMap<number, SentInput | "away">>(new Map());
  const known = seq === undefined ? undefined : read.get(seq);
  useEffect(() => {
    if (seq === undefined || known !== undefined) return;
    const left = new AbortController();
    void getSentInput(environment, runId, seq, left.signal).then((result) => {
      if (!left.signal.aborted)
        setRead((before) => new Map([...before, [seq, "value" in result ? result.value : "away"]]));
    });
    return () => left.abort();
  }, [environment, runId, seq, known]);
  return known ?? "loading";
}

function SentMessageView({ message: { role, content } }: { message: PromptMessage }): ReactElement {
  const w = useWords();
  return (
    <>
      {content.map((each, nth) => (
        // As above.
        // oxlint-disable-next-line react/no-array-index-key
        <IoPane key={nth} label={sentLabel(w, role, each)} text={each.text} copyLabel={w("prompt.copy")} />
      ))}
    </>
  );
}

function sentLabel(
  w: InspectorTranslate,
  role: PromptMessage["role"],
  { type, toolName = "", isError }: SentContent,
): string {
  const name = showHidden(toolName);
  switch (type) {
    case "text":
      return w(`prompt.role.${role}`);
    case "reasoning":
      return w("prompt.reasoning");
    case "tool-call":
      return w("prompt.call", { name });
    case "tool-result":
      return w(isError ? "prompt.error" : "prompt.result", { name });
    default:
      return type satisfies never;
  }
}
