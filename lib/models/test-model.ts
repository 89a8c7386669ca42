import type { ModelTest } from "../protocol/model-listing.ts";
import { type GivenUpReason, isContent, type Model } from "./model.ts";
import { ModelError } from "./model-error.ts";
import type { ModelRequest, ModelTool } from "./model-request.ts";

/** Enough for a word, and for the beginning of a thought. */
const maxOutputTokens = 32;
/** How long an answer is read on after its first token, ms: what comes last tells what it cost. */
const readOnMs = 5000;

const tool: ModelTool = {
  name: "get_time",
  description: "Tells the time. Not needed for this question.",
  inputSchema: { type: "object", properties: {} },
};

const question: ModelRequest = {
  messages: [{ role: "user", content: [{ type: "text", text: "Reply with the one word: ready" }] }],
  maxOutputTokens,
};

/** What a test needs of the world. */
export interface TestClock {
  /** Monotonic, ms. */
  now(): number;
}

/**
 * One small streamed request, with a tool on offer; where that is refused, a second one without. Never
 * rejects.
 */
export async function testModel(
  { native, ...listed }: Model,
  clock: TestClock,
  signal: AbortSignal,
  host?: string,
): Promise<ModelTest> {
  // What the endpoint itself does is tested.
  const model = native ?? listed;
  const beganAt = clock.now();
  const first = await ask(model, { ...question, tools: [tool] }, clock, signal);
  const isRefused = first.error !== undefined && mayBeTheTool.has(first.error.code);
  const plain = isRefused ? await ask(model, question, clock, signal) : first;
  const took = { ...(host !== undefined && { host }), totalMs: Math.round(clock.now() - beganAt) };
  // The first failure is the cause; the second only says that it was not the tool.
  if (plain.error) return failedTest(first.error ?? plain.error, took);
  return {
    isGood: true,
    ...took,
    ...(plain.firstTokenMs !== undefined && { firstTokenMs: Math.round(plain.firstTokenMs) }),
    ...(model.demo ? {} : { tools: !isRefused && !model.refuses?.("tools") }),
    usage: plain.usage,
    reasoning: plain.reasoning,
  };
}

const mayBeTheTool: ReadonlySet<string> = new Set<ModelError["code"]>([
  "request-refused",
  "provider-failed",
  "bad-response",
]);

interface TestAnswer {
  firstTokenMs?: number;
  usage: boolean;
  reasoning: boolean;
  error?: ModelError;
}

async function ask(
  model: Model,
  request: ModelRequest,
  { now }: TestClock,
  signal: AbortSignal,
): Promise<TestAnswer> {
  const asked: TestAnswer = { usage: false, reasoning: false };
  const connection = new AbortController();
  const giveUp = () => connection.abort("stop" satisfies GivenUpReason);
  signal.addEventListener("abort", giveUp, { once: true });
  if (signal.aborted) giveUp();
  const sentAt = now();
  let timer: NodeJS.Timeout | undefined;
  let isFinished = false;
  let isEnough = false;
  try {
    for await (const part of model.stream(request, connection.signal)) {
      if (asked.firstTokenMs === undefined && isContent(part)) {
        asked.firstTokenMs = now() - sentAt;
        timer = setTimeout(() => {
          isEnough = true;
          giveUp();
        }, readOnMs);
      }
      if (part.type === "finish") isFinished = true;
      if (part.type === "usage") asked.usage = true;
      if (part.type === "reasoning") asked.reasoning = true;
    }
    if (!isFinished && !isEnough) asked.error = unfinished();
  } catch (error) {
    asked.error = asModelError(error);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", giveUp);
  }
  return asked;
}

const unfinished = (): ModelError =>
  new ModelError("cut-off", "The answer broke off before it was complete.", { retryable: true });

const asModelError = (error: unknown): ModelError =>
  error instanceof ModelError
    ? error
    : new ModelError("bad-response", "The answer could not be read.", { retryable: false, cause: error });

function failedTest(
  { code, message, facts }: ModelError,
  took: { host?: string; totalMs: number },
): ModelTest {
  const { host, reason, status, retryAfterMs } = facts;
  return {
    isGood: false,
    ...took,
    ...(host !== undefined && { host }),
    code,
    ...(reason !== undefined && { reason }),
    ...(status !== undefined && { status }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    errorText: message,
  };
}
