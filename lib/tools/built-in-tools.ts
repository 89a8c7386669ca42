import type { Sandboxes } from "../sandbox/create-sandboxes.ts";
import type { SandboxLimits } from "../sandbox/sandbox.ts";
import { askPerson } from "./ask-person.ts";
import { calculator } from "./calculator.ts";
import { convertUnit } from "./convert-unit.ts";
import { createDateTimeTool } from "./date-time.ts";
import { createNoteTools, type NoteKeeper } from "./notes.ts";
import { createPageTool, type PageReader } from "./read-page.ts";
import { createJavaScriptTool } from "./run-javascript.ts";
import {
  type ConversationSearch,
  createSearchTool,
  type FoundConversations,
} from "./search-conversations.ts";
import { createWebSearchTool, type WebSearcher } from "./search-web.ts";
import type { Tool } from "./tool.ts";

/** What tools need from outside. */
export interface ToolPorts {
  /** Ms since 1970. */
  now(): number;
  searchConversations(search: ConversationSearch): Promise<FoundConversations>;
  notes: NoteKeeper;
  /** Absent: code of models is not run. */
  code?: { sandboxes: Pick<Sandboxes, "open">; limits: SandboxLimits };
  /** Absent: no page is read. */
  readPage?: PageReader;
  /** Absent: the web is not searched. */
  webSearch?: WebSearcher;
}

/**
 * Every tool that agents can have. A new one is a file beside this one and a line here; the default agent
 * offers those whose effect is `read`, and what the operator has turned on.
 */
export const createBuiltInTools = (ports: ToolPorts): readonly Tool[] => [
  calculator,
  createDateTimeTool(ports.now),
  convertUnit,
  askPerson,
  createSearchTool(ports.searchConversations),
  ...createNoteTools(ports.notes),
  ...(ports.code ? [createJavaScriptTool(ports.code.sandboxes, ports.code.limits)] : []),
  ...(ports.webSearch ? [createWebSearchTool(ports.webSearch)] : []),
  ...(ports.readPage ? [createPageTool(ports.readPage)] : []),
];
