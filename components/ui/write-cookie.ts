const year = 31_536_000;

/** A choice that the server has to know before the first paint; undefined forgets it. */
export function writeCookie(name: string, value: string | undefined): void {
  const age = value === undefined ? 0 : year;
  // oxlint-disable-next-line unicorn/no-document-cookie -- Firefox and Safari have no cookieStore.
  document.cookie = `${name}=${value ?? ""}; Path=/; Max-Age=${age}; SameSite=Lax`;
}
