import { valueFault } from "../protocol/json-bounds.ts";
import type { EventBody } from "../protocol/run-event.ts";

/**
 * The event as it can be kept: where the value that it carries cannot be, the error of that event stands in
 * its place, and the run goes on.
 */
export function boundEvent(written: EventBody): EventBody {
  const event = withBoundMetadata(written);
  const value = valueOf(event);
  // Nearly every event is a delta.
  const fault = value === undefined ? undefined : valueFault(value);
  return fault === undefined ? event : (errorInstead(event, fault) ?? event);
}

/** A provider that gave more than can be kept is not given it back. */
function withBoundMetadata(event: EventBody): EventBody {
  if (!("providerMetadata" in event) || valueFault(event.providerMetadata) === undefined) return event;
  const { providerMetadata: _, ...rest } = event;
  return rest;
}

/** What an event carries whose size nobody knows: all that a model or a tool may make up. */
function valueOf(event: EventBody): unknown {
  switch (event.type) {
    case "tool-input-available":
    case "tool-input-error":
      return event.input;
    case "tool-output-available":
      return event.output;
    case "object-end":
      return event.value;
    case "data":
      return event.data;
    default:
      return undefined;
  }
}

/** Undefined: nothing stands for such an event. `fault`: the end of a sentence. */
export function errorInstead(event: EventBody, fault: string): EventBody | undefined {
  switch (event.type) {
    case "tool-input-available": {
      const { toolCallId, toolName } = event;
      const errorText = `the arguments of ${toolName} are ${fault}`;
      return { type: "tool-input-error", toolCallId, toolName, input: "", errorText };
    }
    case "tool-input-error":
      return event.input === "" ? undefined : { ...event, input: "" };
    case "tool-output-available": {
      const { toolCallId } = event;
      return {
        type: "tool-output-error",
        toolCallId,
        errorText: `the output is ${fault}`,
        code: "too-large",
      };
    }
    case "object-end":
      return event.value === null
        ? undefined
        : { ...event, value: null, valid: false, errors: [`the value is ${fault}`] };
    case "data":
      return event.data === null ? undefined : { ...event, data: null };
    case "text-end":
    case "reasoning-end":
      return event.providerMetadata && { type: event.type, id: event.id };
    default:
      return undefined;
  }
}
