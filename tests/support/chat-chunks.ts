/** A `chat.completion.chunk` as providers send it; without the model's name, which is a part of its own. */
export type ChatChunkJson = Record<string, unknown>;

const chunk = (choice: Record<string, unknown>): ChatChunkJson => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1,
  choices: [{ index: 0, delta: {}, finish_reason: null, ...choice }],
});

/** One chunk a delta: `textChunks("It is ", "5")`. */
export const textChunks = (...deltas: string[]): ChatChunkJson[] =>
  deltas.map((content) => chunk({ delta: { content } }));

export const reasoning = (...deltas: string[]): ChatChunkJson[] =>
  deltas.map((text) => chunk({ delta: { reasoning_content: text } }));

export const refusal = (...deltas: string[]): ChatChunkJson[] =>
  deltas.map((text) => chunk({ delta: { refusal: text } }));

/** A call announced with its name, then its arguments one delta each. */
export const toolCall = (index: number, id: string, name: string, ...args: string[]): ChatChunkJson[] => [
  chunk({ delta: { tool_calls: [{ index, id, type: "function", function: { name, arguments: "" } }] } }),
  ...args.map((text) => chunk({ delta: { tool_calls: [{ index, function: { arguments: text } }] } })),
];

export const finish = (reason = "stop"): ChatChunkJson[] => [chunk({ finish_reason: reason })];

export const usage = (promptTokens: number, completionTokens: number): ChatChunkJson[] => [
  {
    ...chunk({}),
    choices: [],
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens: completionTokens,
      total_tokens: promptTokens + completionTokens,
    },
  },
];

/** Any delta at all, for the oddities. */
export const delta = (content: Record<string, unknown>): ChatChunkJson[] => [chunk({ delta: content })];

/** Chunks as frames; `[DONE]` is a frame of its own: `done`. */
export const sse = (...chunks: readonly (readonly ChatChunkJson[])[]): string =>
  chunks
    .flat()
    .map((each) => `data: ${JSON.stringify(each)}\n\n`)
    .join("");

export const done = "data: [DONE]\n\n";

/** A piece of text as the provider sends it, and the end of an answer. */
export const word = (text: string): string => sse(textChunks(text));
export const end = sse(finish()) + done;

/** A whole plain answer, one delta a word. */
export const answer = (text: string): string =>
  sse(textChunks(...(text.match(/\s*\S+\s*/g) ?? [])), finish(), usage(7, 5)) + done;
