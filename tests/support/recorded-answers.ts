import { listShared, readShared } from "./shared-files.ts";

/** One choice, as ../shared says what a stream holds. */
export interface ExpectedChoice {
  text: string;
  reasoning: string | null;
  refusal: string | null;
  tool_calls: { id: string; name: string; arguments: string }[];
  finish_reason: string | null;
}

interface ExpectedUsage {
  prompt_tokens?: number;
  completion_tokens?: number;
  completion_tokens_details?: { reasoning_tokens?: number } | null;
  prompt_tokens_details?: { cached_tokens?: number } | null;
  prompt_cache_hit_tokens?: number;
  cached_tokens?: number;
}

export interface ExpectedAnswer {
  choices: ExpectedChoice[];
  usage: ExpectedUsage | null;
  terminal: "finished" | "error" | "done-without-finish-reason" | "cut-off";
}

export interface RecordedAnswer {
  name: string;
  body: Buffer;
  expected: ExpectedAnswer;
}

/** The recorded streams of a folder under ../shared; empty when it is not here. */
export const recordedAnswers = (folder: string): RecordedAnswer[] =>
  listShared(folder)
    .filter((name) => name.endsWith(".sse"))
    .map((name) => ({
      name: `${folder}/${name}`,
      body: readShared(`${folder}/${name}`),
      expected: JSON.parse(readShared(`${folder}/${name.replace(/sse$/, "expected.json")}`).toString())
        .expected,
    }));

/** A worked case: the chunks of an answer, and the message that they come to. */
export interface ChunkCase {
  id: string;
  chunks: unknown[];
  expected: ExpectedChoice & { usage: ExpectedUsage | null; error?: unknown };
}

interface WrittenCase extends ChunkCase {
  expected: ChunkCase["expected"] & { function_call?: { name: string; arguments: string } };
}

/** A call in the older form is one like any other. */
export function chunkCases(): ChunkCase[] {
  const { cases }: { cases: WrittenCase[] } = JSON.parse(readShared("cases/chat-chunks.json").toString());
  return cases.map(({ expected: { function_call: older, ...expected }, ...rest }) => {
    const calls = older ? [{ id: "*generated*", ...older }] : expected.tool_calls;
    return { ...rest, expected: { ...expected, tool_calls: calls } };
  });
}

export const chunkBody = ({ chunks }: ChunkCase): Buffer =>
  Buffer.from(`${chunks.map((chunk) => `data: ${JSON.stringify(chunk)}\n\n`).join("")}data: [DONE]\n\n`);

/** A response of a provider, and what a reader of the product's own stream gets. */
export interface StreamCase {
  id: string;
  response: {
    status: number;
    type?: string;
    headers?: Record<string, string>;
    text?: string;
    base64?: string;
    steps?: { write?: string; wait?: number; destroy?: boolean }[];
  };
  expected: {
    end: "finish" | "error";
    text?: string;
    reasoning?: string;
    finish?: string;
    code?: string;
    tools?: Record<string, { name: string; args: string }>;
    ncalls?: number;
  };
}

export const streamCases = (): StreamCase[] =>
  JSON.parse(readShared("cases/providers/streams.json").toString()).cases;

/** A rejection of a provider by its status, and the code of the run's error; `a|b`: either. */
export interface ErrorCase {
  id: string;
  response: { status: number; headers?: Record<string, string>; body: unknown };
  expected: { code: string };
}

export const errorCases = (): ErrorCase[] =>
  JSON.parse(readShared("cases/providers/errors.json").toString()).cases;

/** All that the response holds, whatever waits are between. */
export function streamBody({ response: { text, base64, steps = [] } }: StreamCase): Buffer {
  if (base64 !== undefined) return Buffer.from(base64, "base64");
  return Buffer.from(text ?? steps.map(({ write = "" }) => write).join(""));
}

/** Text and thoughts of an expected text, in which thoughts stand between tags. */
export function untagged(text: string): { text: string; reasoning: string } {
  const thoughts = /<think>(.*?)(?:<\/think>|$)/gs;
  return {
    text: text.replace(thoughts, ""),
    reasoning: [...text.matchAll(thoughts)].map(([, thought = ""]) => thought).join(""),
  };
}

/** The figures of an expected report, under our names. */
export function expectedUsage(usage: ExpectedUsage | null): object | undefined {
  if (usage === null) return undefined;
  const { prompt_tokens_details: details, completion_tokens_details: more } = usage;
  return JSON.parse(
    JSON.stringify({
      inputTokens: usage.prompt_tokens,
      outputTokens: usage.completion_tokens,
      reasoningTokens: more?.reasoning_tokens,
      cachedInputTokens: details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? usage.cached_tokens,
      source: "provider",
    }),
  );
}

const finishReasons: Readonly<Record<string, string>> = {
  stop: "stop",
  length: "length",
  content_filter: "content-filter",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
};

/** An expected finish reason, under our name. */
export const expectedFinish = (reason: string | null): string | undefined =>
  reason === null ? undefined : (finishReasons[reason] ?? "other");
