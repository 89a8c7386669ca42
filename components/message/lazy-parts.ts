import { lazyPart } from "../ui/lazy-part.tsx";
import { preloadKeptSelection } from "./markdown/use-kept-selection.ts";

/** What few answers have, loaded with the first that does. */
export const lazyParts = {
  ConnectionNotices: lazyPart(async () => (await import("./connection-notices.tsx")).ConnectionNotices),
  ConversationTotal: lazyPart(async () => (await import("./conversation-total.tsx")).ConversationTotal),
  Estimate: lazyPart(async () => (await import("./estimate.tsx")).Estimate),
  ErrorStrip: lazyPart(async () => (await import("./error-strip.tsx")).ErrorStrip),
  SpentTogether: lazyPart(async () => (await import("./spent-together.tsx")).SpentTogether),
  TruncatedNotice: lazyPart(async () => (await import("./connection-notices.tsx")).TruncatedNotice),
  RetryRow: lazyPart(async () => (await import("./retry-row.tsx")).RetryRow),
  OtherAnswers: lazyPart(async () => (await import("./other-answers.tsx")).OtherAnswers),
  QuestionVersions: lazyPart(async () => (await import("./question-versions.tsx")).QuestionVersions),
  QueuedRow: lazyPart(async () => (await import("./queued-row.tsx")).QueuedRow),
  ReasoningRow: lazyPart(async () => (await import("./reasoning-row.tsx")).ReasoningRow),
  NotSentRow: lazyPart(async () => (await import("./not-sent-row.tsx")).NotSentRow),
  NoteRow: lazyPart(async () => (await import("./note-row.tsx")).NoteRow),
  SourcesRow: lazyPart(async () => (await import("./sources-row.tsx")).SourcesRow),
  SummaryRow: lazyPart(async () => (await import("./summary-row.tsx")).SummaryRow),
  AgentRow: lazyPart(async () => (await import("./note-row.tsx")).AgentRow),
  WorkflowRow: lazyPart(async () => (await import("./workflow/workflow-row.tsx")).WorkflowRow),
  ToolCalls: lazyPart(async () => (await import("./tools/tool-calls.tsx")).ToolCalls),
};

/** While an answer is written: when it fails, there may be no network, or another build on the server. */
export function preloadLiveParts(): void {
  void preloadKeptSelection();
  for (const { preload } of Object.values(lazyParts)) preload();
}
