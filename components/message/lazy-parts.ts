import { lazyPart } from "../ui/lazy-part.tsx";

/** What few answers have, loaded with the first that does. */
export const lazyParts = {
  ConnectionNotices: lazyPart(async () => (await loadNotices()).ConnectionNotices),
  ConversationTotal: lazyPart(async () => (await import("./conversation-total.tsx")).ConversationTotal),
  Estimate: lazyPart(async () => (await loadEstimate()).Estimate),
  ErrorStrip: lazyPart(async () => (await loadErrorStrip()).ErrorStrip),
  SpentTogether: lazyPart(async () => (await loadSpentTogether()).SpentTogether),
  TruncatedNotice: lazyPart(async () => (await loadNotices()).TruncatedNotice),
  RetryRow: lazyPart(async () => (await loadRetryRow()).RetryRow),
  OtherAnswers: lazyPart(async () => (await loadOtherAnswers()).OtherAnswers),
  ReasoningRow: lazyPart(async () => (await loadReasoningRow()).ReasoningRow),
  NotSentRow: lazyPart(async () => (await loadNotSentRow()).NotSentRow),
  NoteRow: lazyPart(async () => (await loadNoteRow()).NoteRow),
  AgentRow: lazyPart(async () => (await loadNoteRow()).AgentRow),
  ToolCalls: lazyPart(async () => (await loadToolCalls()).ToolCalls),
};

const loadEstimate = () => import("./estimate.tsx");
const loadErrorStrip = () => import("./error-strip.tsx");
const loadNotices = () => import("./connection-notices.tsx");
const loadSpentTogether = () => import("./spent-together.tsx");
const loadRetryRow = () => import("./retry-row.tsx");
const loadOtherAnswers = () => import("./other-answers.tsx");
const loadReasoningRow = () => import("./reasoning-row.tsx");
const loadNotSentRow = () => import("./not-sent-row.tsx");
const loadNoteRow = () => import("./note-row.tsx");
const loadToolCalls = () => import("./tools/tool-calls.tsx");

const liveLoads = [
  ...[loadErrorStrip, loadEstimate, loadNotices, loadRetryRow, loadSpentTogether],
  ...[loadNotSentRow, loadNoteRow, loadReasoningRow, loadToolCalls],
];

/** Before a question that cannot be sent. */
export const preloadNotSentRow = (): void => void loadNotSentRow().catch(() => undefined);

/** Before a click that may come without a network. */
export const preloadOtherAnswers = (): void => void loadOtherAnswers().catch(() => undefined);

/** While an answer is written: when it fails, there may be no network, or another build on the server. */
export function preloadLiveParts(): void {
  for (const load of liveLoads) void load().catch(() => undefined);
}
