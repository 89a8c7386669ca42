/**
 * An instant as a browser's field of date and time takes it: by the clock of the person, without a zone. What
 * has no zone is such a text already; "" for what is no instant.
 */
export function localDateTime(text: string): string {
  const instant = new Date(text);
  if (text === "" || Number.isNaN(instant.getTime())) return "";
  const shifted = new Date(instant.getTime() - instant.getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, instant.getSeconds() === 0 ? 16 : 19);
}
