import { z } from "zod";
import type { JsonSchema } from "../models/model-request.ts";
import type { Agent } from "./agent.ts";
import { handoffToolName } from "./handoff-tool.ts";
import { defineOutput, type ObjectOutput } from "./output/output.ts";
import { answerToolName } from "./output/output-request.ts";
import { schemaOutput } from "./output/schema-output.ts";

/** An agent whose answer is an object. */
export interface ObjectAgent<T> extends Agent {
  readonly output: ObjectOutput<T>;
}

type AgentFacts = Omit<Agent, "output">;

/**
 * An agent in one file; `output`: what its answer is to be, by zod or as a JSON Schema. Throws `TypeError`
 * for a name that no request could have, a tool of a name that is taken, and a schema that is not taken.
 */
export function defineAgent<S extends z.ZodObject>(
  agent: AgentFacts & { output: S },
): ObjectAgent<z.output<S>>;
export function defineAgent<T>(agent: AgentFacts & { output: ObjectOutput<T> }): ObjectAgent<T>;
export function defineAgent(agent: AgentFacts & { output: JsonSchema }): ObjectAgent<unknown>;
export function defineAgent(agent: AgentFacts): Agent;
export function defineAgent(agent: AgentFacts & { output?: GivenOutput }): Agent {
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(agent.name))
    throw new TypeError(`an agent's name has 1 to 64 of A-Z, a-z, 0-9, _ and -: ${agent.name}`);
  const { output, ...facts } = agent;
  if (agent.writesCode && (agent.output !== undefined || agent.handoffs !== undefined))
    throw new TypeError(`${agent.name} writes code: it has no output of its own, and hands over to nobody`);
  const tools = typeof agent.tools === "string" ? [] : (agent.tools ?? []);
  const names = tools.map((tool) => (typeof tool === "string" ? tool : tool.name));
  if (names.includes(handoffToolName))
    throw new TypeError(`${handoffToolName} is the tool by which agents hand over: ${agent.name} names it`);
  if (output !== undefined && names.includes(answerToolName))
    throw new TypeError(`${answerToolName} is the tool that stands for an answer: ${agent.name} names it`);
  if (output === undefined) return Object.freeze(facts);
  return Object.freeze({ ...facts, output: asOutput(output) });
}

type GivenOutput = z.ZodObject | ObjectOutput | JsonSchema;

function asOutput(given: GivenOutput): ObjectOutput {
  if (given instanceof z.ZodObject) return defineOutput(given);
  return isOutput(given) ? given : schemaOutput(given);
}

/** A schema has no functions. */
const isOutput = (given: ObjectOutput | JsonSchema): given is ObjectOutput =>
  typeof given["parse"] === "function";
