import type { ModelContent } from "../model.ts";
import type { ModelTool } from "../model-request.ts";
import { createJsonMend } from "./json-mend.ts";
import { createUnquotedJson } from "./unquoted-json.ts";

/** Reads the input of an action as the arguments of a call. */
export interface CallReader {
  push(text: string): ModelContent[];
  /** What comes next is none of its input. */
  end(): ModelContent[];
  /** There is an input. */
  readonly hasBegun: boolean;
  /** It is not complete. */
  readonly isInside: boolean;
}

export interface CallReaderOptions {
  index: number;
  toolCallId: string;
  toolName: string;
  /** Absent: none of that name is offered. */
  tool: ModelTool | undefined;
}

export function createCallReader(options: CallReaderOptions): CallReader {
  const { index, toolCallId, toolName, tool } = options;
  const unquoted = createUnquotedJson();
  const mend = createJsonMend();
  let hasBegun = false;
  /** Before an object begins. */
  let before = "";

  function write(delta: string): ModelContent[] {
    const start: ModelContent[] = hasBegun ? [] : [{ type: "tool-call-start", index, toolCallId, toolName }];
    hasBegun = true;
    return [...start, { type: "tool-call-delta", index, delta }];
  }

  return {
    push(text) {
      if (mend.state === "before" && before.length < maxBeforeLength) before += text;
      const json = mend.push(unquoted.push(text));
      return json === "" ? [] : write(json);
    },
    end() {
      const isNone = !hasBegun && nothing.test(before) && tool !== undefined && wantsNothing(tool);
      const parts = isNone ? write("{}") : [];
      return hasBegun ? [...parts, { type: "tool-call-end", index }] : [];
    },
    get hasBegun() {
      return hasBegun;
    },
    get isInside() {
      return mend.state === "inside";
    },
  };
}

const maxBeforeLength = 40;
const nothing = /^[\s`*]*(none|null|n\/a|empty|no input|无)?[\s`.*]*$/i;

const wantsNothing = ({ inputSchema: { required } }: ModelTool): boolean =>
  !Array.isArray(required) || required.length === 0;
