import { type PatternNode, parsePattern } from "./parse-pattern.ts";

/*
 * A pattern that is tried in one pass over a text, however it is made: every way to match is followed at
 * once, a step for each (Thompson, 1968). So it takes at most as many steps as it has instructions, for each
 * character, and no text makes it slow.
 */

export interface LinearPattern {
  /** Instructions: steps for each character of a text, at most. */
  size: number;
  test(text: string): boolean;
}

type Instruction =
  | { type: "take"; takes(character: string): boolean }
  | { type: "edge"; edge: Extract<PatternNode, { type: "edge" }>["edge"] }
  /** On at both. */
  | { type: "fork"; to: number; or: number }
  | { type: "done" };

const maxInstructions = 600;

/** Undefined: it needs more than one pass, or is too long. `source` is valid with the flag `u`. */
export function linearPattern(source: string): LinearPattern | undefined {
  const tree = parsePattern(source);
  const program: Instruction[] = [];
  if (!tree || !compile(tree, program)) return undefined;
  program.push({ type: "done" });
  return { size: program.length, test: (text) => matches(program, [...text]) };
}

/** False: too long. */
function compile(node: PatternNode, program: Instruction[]): boolean {
  if (program.length > maxInstructions) return false;
  switch (node.type) {
    case "character": {
      program.push({ type: "take", takes: takerOf(node.source) });
      return true;
    }
    case "edge":
      program.push(node);
      return true;
    case "sequence":
      return node.nodes.every((each) => compile(each, program));
    case "choice":
      return compileChoice(node.nodes, program);
    case "repeat":
      return compileRepeat(node, program);
    default:
      return node satisfies never;
  }
}

function takerOf(source: string): (character: string) => boolean {
  if (!/[\\[.]/.test(source)) return (character) => character === source;
  const alone = new RegExp(`^${source}$`, "u");
  return (character) => alone.test(character);
}

function compileChoice([node, ...others]: readonly PatternNode[], program: Instruction[]): boolean {
  if (!node) return true;
  if (others.length === 0) return compile(node, program);
  const fork = openFork(program);
  if (!compile(node, program)) return false;
  // Behind the others: a fork to one place.
  const jump = openFork(program);
  fork.or = program.length;
  if (!compileChoice(others, program)) return false;
  jump.to = program.length;
  jump.or = program.length;
  return true;
}

function compileRepeat(
  { node, min, max }: Extract<PatternNode, { type: "repeat" }>,
  program: Instruction[],
): boolean {
  for (let count = 0; count < min; count += 1) if (!compile(node, program)) return false;
  if (max === Infinity) {
    const start = program.length;
    const fork = openFork(program);
    if (!compile(node, program)) return false;
    program.push({ type: "fork", to: start, or: start });
    fork.or = program.length;
    return true;
  }
  const forks: { or: number }[] = [];
  for (let count = min; count < max; count += 1) {
    forks.push(openFork(program));
    if (!compile(node, program)) return false;
  }
  for (const fork of forks) fork.or = program.length;
  return true;
}

/** One that goes on behind itself, and at `or`, which is still to be said. */
function openFork(program: Instruction[]): { type: "fork"; to: number; or: number } {
  const fork = { type: "fork" as const, to: program.length + 1, or: 0 };
  program.push(fork);
  return fork;
}

function matches(program: readonly Instruction[], characters: readonly string[]): boolean {
  /** At which character an instruction was reached last, plus one. */
  const reachedAt = new Uint32Array(program.length);
  let current: number[] = [];
  for (let at = 0; at <= characters.length; at += 1) {
    const stack = [...current, 0];
    const takers: number[] = [];
    while (stack.length > 0) {
      const index = stack.pop() ?? 0;
      const instruction = program[index];
      if (!instruction || reachedAt[index] === at + 1) continue;
      reachedAt[index] = at + 1;
      if (instruction.type === "done") return true;
      if (instruction.type === "take") takers.push(index);
      else if (instruction.type === "fork") stack.push(instruction.or, instruction.to);
      else if (isAtEdge(instruction.edge, characters, at)) stack.push(index + 1);
    }
    current = takers.flatMap((index) => {
      const instruction = program[index];
      const character = characters[at];
      const isTaken = instruction?.type === "take" && character !== undefined && instruction.takes(character);
      return isTaken ? [index + 1] : [];
    });
  }
  return false;
}

function isAtEdge(
  edge: Extract<PatternNode, { type: "edge" }>["edge"],
  characters: readonly string[],
  at: number,
): boolean {
  if (edge === "start") return at === 0;
  if (edge === "end") return at === characters.length;
  const isAtWord = /^\w$/.test(characters[at - 1] ?? "") !== /^\w$/.test(characters[at] ?? "");
  return isAtWord === (edge === "word");
}
