import { lazyPart } from "../ui/lazy-part.tsx";

/** Most questions are one short line without code. */
export const LazyQuestionText = lazyPart(async () => (await import("./question-text.tsx")).QuestionText);
