import type { ReactElement } from "react";
import { showHidden } from "#lib/client/show-hidden.ts";
import { isRecord } from "#lib/protocol/is-record.ts";
import type { ToolPart } from "#lib/protocol/message.ts";
import { navigateOnClick } from "../../ui/navigate.ts";
import { runsCode } from "./code-input.tsx";
import { CodeOutput } from "./code-output.tsx";
import { webOutput } from "./web-output.tsx";

/** What a built-in tool gave back, in a view of its own; undefined: its output is shown as any other. */
export function builtInOutput(call: ToolPart): ReactElement | undefined {
  const { toolName, state, output, endedAt } = call;
  if (runsCode(toolName) && isRecord(output))
    return <CodeOutput output={output} isDone={endedAt !== undefined} />;
  if (state !== "output-available" || !isRecord(output)) return undefined;
  if (toolName === "search_conversations") return <FoundList found={recordsIn(output.matches)} />;
  return toolName === "read_notes" ? <NoteList notes={recordsIn(output.notes)} /> : webOutput(call);
}

type OutputFields = Readonly<Record<string, unknown>>;

const recordsIn = (list: unknown): OutputFields[] => (Array.isArray(list) ? list.filter(isRecord) : []);

const FoundList = ({ found }: { found: readonly OutputFields[] }): ReactElement => (
  <ul className="found">
    {found.map(({ conversationId, title, excerpt, time }) => {
      const address = `/c/${encodeURIComponent(String(conversationId))}`;
      return (
        <li key={`${String(conversationId)} ${String(time)} ${String(excerpt)}`}>
          <a href={address} className="link" onClick={navigateOnClick()}>
            {showHidden(String(title))}
          </a>
          <p dir="auto">{showHidden(String(excerpt))}</p>
        </li>
      );
    })}
  </ul>
);

const NoteList = ({ notes }: { notes: readonly OutputFields[] }): ReactElement => (
  <ul className="found">
    {notes.map(({ name, text }) => (
      <li key={String(name)}>
        <b>{showHidden(String(name))}</b>
        <p dir="auto">{showHidden(String(text))}</p>
      </li>
    ))}
  </ul>
);
