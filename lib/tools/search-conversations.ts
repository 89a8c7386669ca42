import { z } from "zod";
import { defineTool } from "./define-tool.ts";
import type { Tool } from "./tool.ts";

export interface ConversationSearch {
  userId: string;
  /** All of them occur in what is found, in capitals or not. */
  words: readonly string[];
  /** The conversation that the model has before it already. */
  exceptId: string;
  limit: number;
  signal: AbortSignal;
}

/** A question or an answer that was found. */
export interface ConversationMatch {
  conversationId: string;
  title: string;
  role: "user" | "assistant";
  /** Server ms. */
  at: number;
  excerpt: string;
}

export interface FoundConversations {
  /** The newest first. */
  matches: readonly ConversationMatch[];
  /** False: older conversations were not looked at. */
  isComplete: boolean;
}

const maxMatches = 20;
const maxWords = 12;

/** Finds what a person and their agents have said before. `search`: in that person's conversations alone. */
export const createSearchTool = (search: (search: ConversationSearch) => Promise<FoundConversations>): Tool =>
  defineTool({
    name: "search_conversations",
    description:
      "Searches the person's earlier conversations, this one apart, for messages in which all of the given words " +
      "occur. Returns excerpts, the newest first. Use few, distinctive words.",
    effect: "read",
    isPrivate: true,
    input: z.object({
      query: z.string().max(200).describe("Words, separated by spaces."),
      limit: z.int().min(1).max(maxMatches).describe("Absent: 8.").optional(),
    }),
    async run({ query, limit = 8 }, { userId, conversationId, signal }) {
      const words = query.split(/\s+/).filter((word) => word !== "");
      if (words.length === 0) throw new Error("the query is empty: give a word to look for");
      if (words.length > maxWords) throw new Error(`the query has more than ${maxWords} words`);
      const found = await search({ userId, words, exceptId: conversationId, limit, signal });
      return {
        matches: found.matches.map(({ at, ...match }) => ({ ...match, time: new Date(at).toISOString() })),
        ...(!found.isComplete && { note: "only the newest conversations were searched" }),
      };
    },
  });
