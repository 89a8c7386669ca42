/** Events of the Messages wire as Anthropic sends them; one builder a thing that an answer holds. */

export const messageStart = (
  usage: object = { input_tokens: 7, output_tokens: 1 },
  fields: object = {},
): object => ({
  type: "message_start",
  message: { id: "msg_1", type: "message", role: "assistant", content: [], usage, ...fields },
});

export const blockStart = (index: number, content_block: object): object => ({
  type: "content_block_start",
  index,
  content_block,
});
export const blockDelta = (index: number, delta: object): object => ({
  type: "content_block_delta",
  index,
  delta,
});
export const blockStop = (index: number): object => ({ type: "content_block_stop", index });

const block = (index: number, content: object, ...deltas: object[]): object[] => [
  blockStart(index, content),
  ...deltas.map((delta) => blockDelta(index, delta)),
  blockStop(index),
];

export const textBlock = (index: number, ...texts: string[]): object[] =>
  block(index, { type: "text", text: "" }, ...texts.map((text) => ({ type: "text_delta", text })));

export const thinkingBlock = (index: number, signature: string, ...texts: string[]): object[] =>
  block(
    index,
    { type: "thinking", thinking: "", signature: "" },
    ...texts.map((thinking) => ({ type: "thinking_delta", thinking })),
    { type: "signature_delta", signature },
  );

export const redactedBlock = (index: number, data: string): object[] =>
  block(index, { type: "redacted_thinking", data });

export const toolUseBlock = (index: number, id: string, name: string, ...args: string[]): object[] =>
  block(
    index,
    { type: "tool_use", id, name, input: {} },
    ...args.map((partial_json) => ({ type: "input_json_delta", partial_json })),
  );

export const messageEnd = (
  stop_reason: string | null = "end_turn",
  usage: object = { output_tokens: 5 },
): object[] => [
  { type: "message_delta", delta: { stop_reason, stop_sequence: null }, usage },
  { type: "message_stop" },
];
