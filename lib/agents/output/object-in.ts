import type { ObjectPart } from "../../protocol/message.ts";
import type { RunState } from "../../protocol/run-state.ts";

/** The object that is the answer: the newest one that fits its schema; none of an agent inside of a call. */
export const objectIn = ({ parts }: Pick<RunState, "parts">): ObjectPart | undefined =>
  parts.findLast(
    (part): part is ObjectPart =>
      part.type === "object" && part.valid === true && part.parentToolCallId === undefined,
  );
