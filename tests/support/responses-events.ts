/** Events of the Responses wire as OpenAI sends them; one builder a thing that an answer holds. */

const response = (fields: object): object => ({
  id: "resp_1",
  object: "response",
  background: true,
  output: [],
  ...fields,
});

export const created = (fields: object = {}): object => ({
  type: "response.created",
  response: response({ status: "in_progress", ...fields }),
});

const itemAdded = (output_index: number, item: object): object => ({
  type: "response.output_item.added",
  output_index,
  item,
});
export const itemDone = (output_index: number, item: object): object => ({
  type: "response.output_item.done",
  output_index,
  item,
});

const messageItem = (content: object[], fields: object) => ({
  id: "msg_1",
  type: "message",
  role: "assistant",
  content,
  ...fields,
});

export const messageItems = (index: number, texts: readonly string[], fields: object = {}): object[] => [
  itemAdded(index, messageItem([], fields)),
  ...texts.map((delta) => ({
    type: "response.output_text.delta",
    item_id: "msg_1",
    output_index: index,
    content_index: 0,
    delta,
  })),
  itemDone(index, messageItem([{ type: "output_text", text: texts.join(""), annotations: [] }], fields)),
];

export const refusalItems = (index: number, ...texts: string[]): object[] => [
  itemAdded(index, messageItem([], {})),
  ...texts.map((delta) => ({ type: "response.refusal.delta", output_index: index, delta })),
  itemDone(index, messageItem([{ type: "refusal", refusal: texts.join("") }], {})),
];

/** A thought with a summary a list of deltas; `fields`: of the item, such as what is encrypted. */
export const reasoningItems = (
  index: number,
  summaries: readonly (readonly string[])[],
  fields: object = {},
): object[] => [
  itemAdded(index, { id: "rs_1", type: "reasoning", summary: [] }),
  ...summaries.flatMap((texts, summary_index) => [
    { type: "response.reasoning_summary_part.added", output_index: index, summary_index },
    ...texts.map((delta) => ({
      type: "response.reasoning_summary_text.delta",
      output_index: index,
      summary_index,
      delta,
    })),
  ]),
  itemDone(index, reasoningItemOf(summaries, fields)),
];

export const reasoningItemOf = (summaries: readonly (readonly string[])[], fields: object = {}): object => ({
  id: "rs_1",
  type: "reasoning",
  summary: summaries.map((texts) => ({ type: "summary_text", text: texts.join("") })),
  ...fields,
});

export const functionItems = (index: number, call_id: string, name: string, ...args: string[]): object[] => [
  itemAdded(index, { id: `fc_${index}`, type: "function_call", call_id, name, arguments: "" }),
  ...args.map((delta) => ({ type: "response.function_call_arguments.delta", output_index: index, delta })),
  itemDone(index, { id: `fc_${index}`, type: "function_call", call_id, name, arguments: args.join("") }),
];

/** How a response ends: "completed", "incomplete", "failed" or "cancelled". */
export const ended = (status = "completed", fields: object = {}): object => ({
  type: `response.${status}`,
  response: response({ status, usage: { input_tokens: 7, output_tokens: 5 }, ...fields }),
});

/** The events with the numbers that say how far one has read. */
export const numberedFrom = (first: number, ...events: object[]): object[] =>
  events.map((event, at) => ({ ...event, sequence_number: first + at }));
