/**
 * The address at the other end of the connection that a request came by. scripts/front-door.mjs sees it, and
 * says it in a header whose name it draws by lot and leaves here, so that no client can write it. Undefined
 * on a host that does not start by that door.
 */
export function peerAddress(headers: Headers): string | undefined {
  const name: unknown = Reflect.get(globalThis, Symbol.for("rivulet.peer-header"));
  return typeof name === "string" ? (headers.get(name) ?? undefined) : undefined;
}
