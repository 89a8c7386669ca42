import { useState } from "react";
import type { ObjectPart } from "#lib/protocol/message.ts";
import { createJsonParser } from "#lib/structured/json-parser.ts";
import type { ObjectJson } from "./part-view.ts";

/** What an object says so far. Each call reads what is new in its text, once. */
export function useObjectJson({ json }: ObjectPart): ObjectJson {
  const [read] = useState(createReading);
  return read(json);
}

function createReading() {
  let parser = createJsonParser();
  let seen = "";
  return (text: string): ObjectJson => {
    // Another attempt.
    if (text.slice(0, seen.length) !== seen) {
      parser = createJsonParser();
      seen = "";
    }
    parser.push(text.slice(seen.length));
    seen = text;
    return parser;
  };
}
