import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/*
 * A browser's own keys for the endpoints that this server lists: kept by the browser alone, in a cookie that
 * no script reads and that only this server can open. AES-256-GCM under a key made of the session secret, and
 * bound to the session: in another one the same cookie says nothing. The server keeps nothing of it.
 */

/** The keys by the origin of the endpoint that each is for. */
export type KeysByOrigin = ReadonlyMap<string, string>;

const cookieName = "rivulet-keys";
const cipherName = "aes-256-gcm";
const ivBytes = 12;
const tagBytes = 16;
/** Of the cookie: browsers keep 4096 bytes, name and flags included. */
const maxCookieLength = 3700;
const maxAgeSeconds = 30 * 24 * 3600;

/** As the session's own, its name depends on the scheme. */
const keysCookieName = (secure: boolean): string => (secure ? `__Host-${cookieName}` : cookieName);

/** The keys in a `Cookie` header; none where it has none, or one of another session or secret. */
export function readOwnKeys(
  cookieHeader: string | null | undefined,
  { secrets, session, secure }: { secrets: readonly string[]; session: string; secure: boolean },
): KeysByOrigin {
  const name = keysCookieName(secure);
  const pair = (cookieHeader ?? "").split(";").find((each) => each.split("=", 1)[0]?.trim() === name);
  const value = pair?.slice(pair.indexOf("=") + 1).trim() ?? "";
  if (!/^[\w-]{40,}$/.test(value)) return new Map();
  const sealed = Buffer.from(value, "base64url");
  for (const secret of secrets) {
    const text = unseal(sealed, secret, session);
    if (text !== undefined) return parseKeys(text);
  }
  return new Map();
}

/** The `Set-Cookie` header that keeps them, or takes the cookie away; undefined: they do not fit. */
export function ownKeysCookie(
  keys: KeysByOrigin,
  { secrets, session, secure }: { secrets: readonly string[]; session: string; secure: boolean },
): string | undefined {
  const flags = `Path=/; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
  const name = keysCookieName(secure);
  const [newest] = secrets;
  if (keys.size === 0 || newest === undefined) return `${name}=; ${flags}; Max-Age=0`;
  const value = seal(JSON.stringify([...keys]), newest, session);
  return value.length > maxCookieLength ? undefined : `${name}=${value}; ${flags}; Max-Age=${maxAgeSeconds}`;
}

const cipherKey = (secret: string): Buffer =>
  Buffer.from(hkdfSync("sha256", secret, "", "rivulet: keys of a browser", 32));

function seal(text: string, secret: string, session: string): string {
  const iv = randomBytes(ivBytes);
  const cipher = createCipheriv(cipherName, cipherKey(secret), iv).setAAD(Buffer.from(session));
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([iv, sealed, cipher.getAuthTag()]).toString("base64url");
}

/** Undefined: sealed under another secret, for another session, or changed since. */
function unseal(sealed: Buffer, secret: string, session: string): string | undefined {
  if (sealed.length <= ivBytes + tagBytes) return undefined;
  try {
    const decipher = createDecipheriv(cipherName, cipherKey(secret), sealed.subarray(0, ivBytes))
      .setAAD(Buffer.from(session))
      .setAuthTag(sealed.subarray(-tagBytes));
    const text = decipher.update(sealed.subarray(ivBytes, -tagBytes));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

/** Sealed by us: whatever is no pair of texts was written by another build. */
function parseKeys(text: string): KeysByOrigin {
  const pairs: unknown = JSON.parse(text);
  const isPair = (each: unknown): each is [string, string] =>
    Array.isArray(each) && each.length === 2 && each.every((one) => typeof one === "string");
  return new Map(Array.isArray(pairs) ? pairs.filter(isPair) : []);
}
