/** What a person does to a conversation of the list. */
export type ListChange =
  | { what: "rename"; id: string; title: string }
  | { what: "remove"; id: string }
  | { what: "restore"; id: string };
