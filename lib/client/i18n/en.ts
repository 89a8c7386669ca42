/** English words of the page; `{name}` is replaced. The keys of this file are the keys of every language. */
export const en = {
  "app.name": "Rivulet",
} as const;
