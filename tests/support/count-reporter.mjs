import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";

/**
 * A reporter for `node --test`: failures in full, what the tests print, why one was skipped, and the numbers
 * as JSON in the file that `RIVULET_COUNTS` names (written only when the run came to its end), with a line
 * for each failure.
 */
export default async function* countReporter(source) {
  let counts;
  let empty = 0;
  const failures = [];
  for await (const { type, data: event } of source) {
    if (type === "test:stdout" || type === "test:stderr") yield event.message;
    else if (type === "test:pass" && isWholeFile(event)) {
      empty++;
      failures.push(`${event.name}: it holds no test`);
      yield `\nFAILED ${event.name}: it holds no test\n`;
    } else if (type === "test:pass" && event.skip) yield skipped(event);
    else if (type === "test:fail" && !isParent(event)) {
      failures.push(`${titleOf(event)}: ${firstLine(event)}`);
      yield failure(event);
    } else if (type === "test:summary" && !event.file) counts = event.counts;
  }
  if (counts && process.env.RIVULET_COUNTS) {
    const passed = counts.passed - empty;
    const failed = counts.failed + counts.cancelled + empty;
    const left = counts.skipped + counts.todo;
    writeFileSync(process.env.RIVULET_COUNTS, JSON.stringify({ passed, failed, skipped: left, failures }));
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

function failure(event) {
  const cause = causeOf(event);
  return `\nFAILED ${titleOf(event)}\n${indent(cause?.stack ?? cause)}\n`;
}

function titleOf({ name, file, line }) {
  return file ? `${name} (${relative(process.cwd(), file)}:${line})` : name;
}

function firstLine(event) {
  return String(causeOf(event)?.message ?? causeOf(event)).split("\n", 1)[0];
}

function causeOf({ details }) {
  return details.error?.cause ?? details.error;
}

function indent(text) {
  return String(text).replace(/^/gm, "  ");
}
