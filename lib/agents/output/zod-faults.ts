import type { z } from "zod";
import { shortJson, typeWords } from "../../schema/value-keywords.ts";

/*
 * What is wrong with a value by a schema of zod, in the words of lib/schema/value-keywords.ts: the same for
 * the model, whoever wrote the schema, and told in the page's language (lib/client/i18n/translate-fault.ts).
 */

type Issue = z.core.$ZodIssue;

/** An error map of zod's, for whatever a schema has no words of its own for. */
export function zodFault(issue: z.core.$ZodRawIssue): string {
  if (issue.input === undefined && issue.code !== "custom") return missingWords;
  switch (issue.code) {
    case "invalid_type":
      return `has to be ${kindWords(issue.expected)}`;
    case "invalid_value": {
      const [first, ...others] = issue.values.map(valueWords);
      return others.length === 0 ? `has to be ${first}` : `has to be one of ${[first, ...others].join(", ")}`;
    }
    case "invalid_format":
      return formatFault(issue);
    case "too_small":
      return countFault(issue.origin, { few: true, isIn: issue.inclusive ?? true, bound: issue.minimum });
    case "too_big":
      return countFault(issue.origin, { few: false, isIn: issue.inclusive ?? true, bound: issue.maximum });
    case "not_multiple_of":
      return `has to be a multiple of ${issue.divisor}`;
    case "unrecognized_keys":
      return strayKey;
    case "invalid_key":
      return "may not be named so";
    case "invalid_union":
      return noFormFits;
    default:
      return "is not accepted";
  }
}

const missingWords = "is missing";
const strayKey = "may not be there";
const noFormFits = "fits none of the forms that it may have";

/** A sentence for each thing that is wrong, behind the path of the part. */
export const faultsOfIssues = (issues: readonly Issue[]): string[] =>
  issues.flatMap((issue) => placedFaults(issue, []));

function placedFaults(issue: Issue, outer: readonly PropertyKey[]): string[] {
  const path = [...outer, ...issue.path];
  if (issue.code === "invalid_union" && issue.message === noFormFits && issue.errors.length > 0)
    return nearestFaults(issue.errors, path);
  if (issue.code === "unrecognized_keys" && issue.message === strayKey)
    return issue.keys.map((key) => placed([...path, key], strayKey));
  return [placed(path, issue.message)];
}

const placed = (path: readonly PropertyKey[], fault: string): string =>
  path.length === 0 ? fault : `${path.map(String).join(".")}: ${fault}`;

/** Those of the form that it comes nearest to; where it is of another kind than all of them, their kinds. */
function nearestFaults(forms: readonly (readonly Issue[])[], path: readonly PropertyKey[]): string[] {
  const ofKind = forms.filter((issues) => !issues.some(isOfOtherKind));
  const [nearest] = ofKind.toSorted((one, other) => one.length - other.length);
  if (nearest) return nearest.flatMap((issue) => placedFaults(issue, path));
  const kinds = new Set(
    forms.flatMap((issues) => issues.filter(isOfOtherKind).map(({ message }) => message)),
  );
  const names = [...kinds].map((message) => message.replace(/^has to be /, ""));
  return [placed(path, `has to be ${names.join(" or ")}`)];
}

const isOfOtherKind = ({ code, path }: Issue): boolean =>
  path.length === 0 && (code === "invalid_type" || code === "invalid_value");

const otherKinds: Readonly<Record<string, string>> = {
  ...{ int: typeWords.integer, record: typeWords.object, tuple: typeWords.array, map: typeWords.object },
};

function kindWords(expected: string): string {
  const known = Object.entries({ ...typeWords, ...otherKinds }).find(([name]) => name === expected);
  return known ? known[1] : expected;
}

/** JSON knows no other values. */
const valueWords = (value: unknown): string => shortJson(typeof value === "bigint" ? String(value) : value);

interface Bound {
  few: boolean;
  /** The bound itself is taken. */
  isIn: boolean;
  bound: number | bigint;
}

function countFault(origin: string, { few, isIn, bound }: Bound): string {
  const unit = countedUnits[origin];
  if (unit !== undefined) return `${few ? "needs at least" : "may have at most"} ${bound} ${unit}`;
  const words = few ? (isIn ? "at least" : "more than") : isIn ? "at most" : "less than";
  return `has to be ${words} ${bound}`;
}

const countedUnits: Readonly<Record<string, string | undefined>> = {
  ...{ string: "characters", array: "items", set: "items", tuple: "items" },
  ...{ object: "properties", record: "properties", map: "properties" },
};

function formatFault(issue: Extract<z.core.$ZodRawIssue, { code?: "invalid_format" }>): string {
  const { format, prefix, suffix, includes, pattern } = issue;
  switch (format) {
    case "starts_with":
      return `has to begin with ${shortJson(prefix)}`;
    case "ends_with":
      return `has to end with ${shortJson(suffix)}`;
    case "includes":
      return `has to contain ${shortJson(includes)}`;
    case "regex":
      return `has to match ${String(pattern).replace(/^\/(.*)\/[a-z]*$/s, "$1")}`;
    default:
      return `has to be ${formatWords[String(format)] ?? `of the format ${String(format)}`}`;
  }
}

const formatWords: Readonly<Record<string, string | undefined>> = {
  ...{ email: "an e-mail address", url: "a web address", uuid: "a UUID", guid: "a UUID" },
  ...{ date: "a date, as 2026-12-31", time: "a time, as 18:30:00" },
  ...{ datetime: "a date with its time, as 2026-12-31T18:30:00Z", duration: "a duration, as PT30M" },
};
