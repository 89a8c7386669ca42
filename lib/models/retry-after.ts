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
