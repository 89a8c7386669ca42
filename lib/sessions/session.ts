import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/**
 * Who is asking: an anonymous cookie of 32 random bytes and their HMAC-SHA256 (docs/protocol.md 3.9).
 * The store only ever sees a hash of them, from which no session can be made.
 */
export interface Session {
  /** All that the store knows of it. */
  hash: string;
  /** Signed with an older secret than the newest: the next page signs it again. */
  isStale: boolean;
  sid: string;
}

const plainName = "rivulet-sid";
const secureName = "__Host-rivulet-sid";

/** Browsers refuse the `__Host-` prefix over plain http, so the name depends on the scheme. */
export const sessionCookieName = (secure: boolean): string => (secure ? secureName : plainName);

/** The random part of a new session. */
export const newSid = (): string => randomBytes(32).toString("base64url");

/** A new transfer code: 192 random bits, short enough to be read aloud. */
export const newTransferCode = (): string => randomBytes(24).toString("base64url");

/** Whether a text has the form of a transfer code. No other text is looked up. */
export const isTransferCode = (text: string): boolean => /^[A-Za-z0-9_-]{32}$/.test(text);

/** The `Set-Cookie` header that stores a session for a year. */
export function sessionCookie(sid: string, secrets: readonly string[], secure: boolean): string {
  const flags = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${365 * 24 * 3600}${secure ? "; Secure" : ""}`;
  return `${sessionCookieName(secure)}=${sign(sid, secrets)}; ${flags}`;
}

/** The `Set-Cookie` header that removes a session from the browser. */
export const expiredCookie = (secure: boolean): string =>
  `${sessionCookieName(secure)}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${secure ? "; Secure" : ""}`;

/** The cookie's value: `sid.signature`, by the newest secret. */
export function sign(sid: string, secrets: readonly string[]): string {
  const [newest] = secrets;
  if (newest === undefined) throw new Error("no session secret");
  return `${sid}.${signature(sid, newest)}`;
}

/** The first valid session of a `Cookie` header, or null. Signatures are compared in constant time. */
export function readSession(
  cookieHeader: string | null | undefined,
  secrets: readonly string[],
  secure: boolean,
): Session | null {
  for (const value of cookieValues(cookieHeader ?? "", sessionCookieName(secure))) {
    const session = verify(value, secrets);
    if (session) return session;
  }
  return null;
}

/** SHA-256 of a session's random part, or of a transfer code: all that is ever stored of either. */
export const hashSecret = (secret: string): string => createHash("sha256").update(secret).digest("hex");

function verify(value: string, secrets: readonly string[]): Session | null {
  const match = /^([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/.exec(value);
  const [, sid, given] = match ?? [];
  if (sid === undefined || given === undefined) return null;
  const at = secrets.findIndex((secret) => equal(signature(sid, secret), given));
  return at < 0 ? null : { hash: hashSecret(sid), isStale: at > 0, sid };
}

function* cookieValues(header: string, name: string): Generator<string> {
  for (const pair of header.split(";")) {
    const at = pair.indexOf("=");
    if (at > 0 && pair.slice(0, at).trim() === name) yield pair.slice(at + 1).trim();
  }
}

const signature = (sid: string, secret: string): string =>
  createHmac("sha256", secret).update(sid).digest("base64url");

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
