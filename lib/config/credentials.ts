/** Whether an address holds a user or a password. */
export const hasCredentials = (url: string): boolean => {
  const { username, password } = new URL(url);
  return username !== "" || password !== "";
};

/** Whether user and password of an address, if it has them, can be read: a `%` in them stands for `%25`. */
export function areReadable(url: string): boolean {
  if (!URL.canParse(url)) return true; // That is another mistake.
  const { username, password } = new URL(url);
  try {
    return [username, password].map(decodeURIComponent).length === 2;
  } catch {
    return false;
  }
}
