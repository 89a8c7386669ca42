import { type ReactElement, useState } from "react";
import { postFork } from "#lib/client/inspector/post-fork.ts";
import { useChat } from "../providers/chat-provider.tsx";
import { navigate } from "../ui/navigate.ts";
import { useWords } from "./use-words.ts";

/** Makes a conversation that goes on from the event that is shown, and goes there. */
export function ForkAction({ runId, seq }: { runId: string; seq: number }): ReactElement {
  const w = useWords();
  const { environment } = useChat();
  const [state, setState] = useState<"busy" | "fork.failed" | "fork.limited">();
  async function fork(): Promise<void> {
    setState("busy");
    const result = await postFork(environment, runId, seq);
    if ("value" in result) navigate(`/c/${result.value.conversationId}`);
    else setState(result.problem.code === "rate_limited" ? "fork.limited" : "fork.failed");
  }
  return (
    <>
      <button
        type="button"
        className="btn line"
        title={w("fork.lead")}
        disabled={seq < 1 || state === "busy"}
        onClick={() => void fork()}
      >
        {w("fork")}
      </button>
      {state !== undefined && state !== "busy" && (
        <p className="note err" role="alert">
          {w(state)}
        </p>
      )}
    </>
  );
}
