/** What a script returns: texts, and lists of them. */
export type Reply = readonly (string | Reply)[];

/** Scripts return a list, or one number. */
export const toReply = (value: unknown): Reply =>
  Array.isArray(value) ? value.map(toReplyItem) : [String(value)];

const toReplyItem = (item: unknown): string | Reply =>
  Array.isArray(item) ? item.map(toReplyItem) : String(item);

/** The text at an index; "" if there is none. */
export const textAt = (reply: Reply, index: number): string => {
  const item = reply[index];
  return typeof item === "string" ? item : "";
};

/** The list at an index; empty if there is none. */
export const listAt = (reply: Reply, index: number): Reply => {
  const item = reply[index];
  return typeof item === "string" || item === undefined ? [] : item;
};

/** The texts of a list. */
export const textsOf = (reply: Reply): string[] => reply.filter((item) => typeof item === "string");
