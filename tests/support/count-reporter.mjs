import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";

/**
 * A reporter for `node --test`: failures in full, what the tests print, why one was skipped, and the numbers
 * as JSON in the file that `RIVULET_COUNTS` names (written only when the run came to its end).
 */
export default async function* countReporter(source) {
  let counts;
  let empty = 0;
  for await (const { type, data: event } of source) {
    if (type === "test:stdout" || type === "test:stderr") yield event.message;
    else if (type === "test:pass" && isWholeFile(event)) {
      empty++;
      yield `\nFAILED ${event.name}: it holds no test\n`;
    } else if (type === "test:pass" && event.skip) yield skipped(event);
    else if (type === "test:fail" && !isParent(event)) yield failure(event);
    else if (type === "test:summary" && !event.file) counts = event.counts;
  }
  if (counts && process.env.RIVULET_COUNTS) {
    const passed = counts.passed - empty;
    const failed = counts.failed + counts.cancelled + empty;
    const left = counts.skipped + counts.todo;
    writeFileSync(process.env.RIVULET_COUNTS, JSON.stringify({ passed, failed, skipped: left }));
  }
}

/** Node reports a file itself only when it reported no test of its own. */
function isWholeFile({ name, file, nesting }) {
  return nesting === 0 && file !== undefined && resolve(name) === file;
}

/** A suite fails with its tests: they speak for themselves. */
function isParent({ details }) {
  return details.error?.failureType === "subtestsFailed";
}

function skipped({ name, skip }) {
  return `skipped: ${typeof skip === "string" ? skip : name}\n`;
}

function failure({ name, file, line, details }) {
  const where = file ? ` (${relative(process.cwd(), file)}:${line})` : "";
  const cause = details.error?.cause ?? details.error;
  return `\nFAILED ${name}${where}\n${indent(cause?.stack ?? cause)}\n`;
}

function indent(text) {
  return String(text).replace(/^/gm, "  ");
}
