/**
 * Seconds to wait, from `retry-after-ms` or `retry-after`; a date is read against the response's own `date`.
 */
export function retryAfterSeconds(headers: Headers): number | undefined {
  const seconds = secondsOf(headers);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.ceil(seconds) : undefined;
}

function secondsOf(headers: Headers): number {
  const ms = Number.parseFloat(headers.get("retry-after-ms") ?? "");
  if (Number.isFinite(ms)) return ms / 1000;
  const after = headers.get("retry-after") ?? "";
  if (/^\s*\d/.test(after)) return Number.parseFloat(after);
  return (Date.parse(after) - Date.parse(headers.get("date") ?? "")) / 1000;
}

/** Seconds to wait, from the text of a rejection (`rejectionText`), where no header says it. */
export function retryAfterIn(text: string): number | undefined {
  const field = /^(?:retry_?delay|retry_?after(?:_seconds)?|estimated_time): ([\d.]+)s?$/im.exec(text);
  const words = /(?:try again|retry|wait)[^\n]{0,24}? (?:in|after|for) ((?:[\d.]+ ?[a-z]+[, ]*)+)/i.exec(
    text,
  );
  const chinese = /(\d+) ?秒(?:钟)?(?:之)?后/.exec(text);
  const seconds = Number(field?.[1] ?? chinese?.[1] ?? durationOf(words?.[1] ?? ""));
  return seconds > 0 && seconds <= maxSeconds ? Math.ceil(seconds) : undefined;
}

/** A longer one is no wait. */
const maxSeconds = 31 * 24 * 3600;

/** Of `1m26.4s`, `20 seconds`, `6ms`: seconds; 0 for what is no duration. */
function durationOf(text: string): number {
  const amounts = text.matchAll(/([\d.]+) ?(ms|milli|s|m|h|d)[a-z]*/gi);
  return [...amounts].reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * secondsIn(unit), 0);
}

function secondsIn(unit: string): number {
  switch (unit.toLowerCase()) {
    case "ms":
    case "milli":
      return 0.001;
    case "m":
      return 60;
    case "h":
      return 3600;
    case "d":
      return 86_400;
    default:
      return 1;
  }
}
