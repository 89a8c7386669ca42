import type { Sandboxes } from "../sandbox/create-sandboxes.ts";
import type { SandboxLimits } from "../sandbox/sandbox.ts";
import { askPerson } from "./ask-person.ts";
import { calculator } from "./calculator.ts";
import { convertUnit } from "./convert-unit.ts";
import { createDateTimeTool } from "./date-time.ts";
import { createNoteTools, type NoteKeeper } from "./notes.ts";
import { createJavaScriptTool } from "./run-javascript.ts";
import {
  type ConversationSearch,
  createSearchTool,
  type FoundConversations,
} from "./search-conversations.ts";
import type { Tool } from "./tool.ts";

/** What tools need from outside. */
export interface ToolPorts {
  /** Ms since 1970. */
  now(): number;
  searchConversations(search: ConversationSearch): Promise<FoundConversations>;
  notes: NoteKeeper;
  /** Absent: code of models is not run. */
  code?: { sandboxes: Pick<Sandboxes, "open">; limits: SandboxLimits };
}

/**
 * Every tool that agents can have. A new one is a file beside this one and a line here; the default agent
 * offers those whose effect is `read`, and what the operator has turned on.
 */
export const createBuiltInTools = ({ now, searchConversations, notes, code }: ToolPorts): readonly Tool[] => [
  calculator,
  createDateTimeTool(now),
  convertUnit,
  askPerson,
  createSearchTool(searchConversations),
  ...createNoteTools(notes),
  ...(code ? [createJavaScriptTool(code.sandboxes, code.limits)] : []),
];
