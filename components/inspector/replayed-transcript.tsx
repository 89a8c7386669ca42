import { memo, type ReactElement, useMemo, useRef } from "react";
import type { Turn } from "#lib/client/conversation/turns.ts";
import type { Inspection } from "#lib/client/inspector/inspection.ts";
import { replayedConversation } from "#lib/client/inspector/replayed-conversation.ts";
import { ConversationProvider, type TurnActions } from "../providers/conversation-provider.tsx";
import { Transcript } from "../transcript/transcript.tsx";
import { StillTime } from "../ui/still-time.ts";

interface ReplayedTranscriptProps {
  inspection: Inspection;
  conversationId: string;
  seq: number;
}

/**
 * The turns as they were. What can be done in a conversation is not offered here (inspector.css): it would be
 * done to another state than the one that is shown.
 */
export const ReplayedTranscript = memo(function ReplayedTranscript(
  props: ReplayedTranscriptProps,
): ReactElement {
  const { inspection, conversationId, seq } = props;
  const { messages, log } = inspection;
  const turns = useRef<readonly Turn[]>([]);
  const conversation = useMemo(() => {
    const shown = replayedConversation({ messages, log }, conversationId, seq, turns.current);
    turns.current = shown.turns;
    return shown;
  }, [messages, log, conversationId, seq]);
  const model = log.state.model;
  return (
    <StillTime value>
      <ConversationProvider
        {...{
          id: conversationId,
          model,
          actions: noActions,
          isElsewhere: false,
          notice: undefined,
          messages: undefined,
        }}
      >
        <div className="replayed">
          <Transcript conversation={conversation} turns={conversation.turns} freshKey={undefined} />
        </div>
      </ConversationProvider>
    </StillTime>
  );
});

const doNothing = (): void => undefined;

const noActions: TurnActions = {
  ...{
    again: doNothing,
    continue: doNothing,
    show: doNothing,
    undo: doNothing,
    resend: doNothing,
    edit: doNothing,
    editQuestion: doNothing,
    continueFrom: doNothing,
  },
  ...{ reuse: doNothing, discard: doNothing, renew: doNothing, chooseModel: doNothing, refresh: doNothing },
  ...{ reconnect: doNothing, stop: doNothing, retryCall: doNothing },
};
