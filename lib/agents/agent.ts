import type { Message } from "../protocol/message.ts";
import type { Tool } from "../tools/tool.ts";
import type { FoundForm } from "./output/find-form.ts";
import type { ObjectOutput } from "./output/output.ts";

/** Who answers: a name, how it is told to behave, and what it may call. */
export interface Agent {
  name: string;
  /** For people who choose one, and for agents that have this one as a tool. */
  description?: string;
  /** The one system message of every request it makes. */
  instructions: string;
  /** Of a model that is listed; absent: the one that the run names, or the server's choice. */
  model?: string;
  /**
   * Tools, or names of listed ones; "read": every listed one that only reads, those that the operator
   * has turned on, and all that the operator's MCP servers list. Absent: none.
   */
  tools?: "read" | readonly (Tool | string)[];
  /** Its model acts by writing code, in which its tools are functions. */
  writesCode?: true;
  /** Of one that writes code: before every so many steps it looks at its plan again; absent: never. */
  planEvery?: number;
  /** What its answer is to be; absent: text. */
  output?: ObjectOutput;
  /** The same by what the person has written, where the agent is asked itself. */
  findOutput?(messages: readonly Message[]): FoundForm;
  /** Names of the agents that it may hand over to. */
  handoffs?: readonly string[];
  /** Model requests of one answer; absent: 20. */
  maxSteps?: number;
  /** Tokens of one answer, in and out; absent: a million. */
  maxTokens?: number;
  /** How long one answer may take, ms, without what it waits for people; absent: half an hour. */
  maxMs?: number;
  /** At `maxSteps`: "end" in words, which is what happens without it, or one last "answer". */
  atMaxSteps?: "end" | "answer";
}
