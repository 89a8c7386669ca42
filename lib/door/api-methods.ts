/**
 * The addresses of the API and their methods, as lib/http/routes.ts has them: the door is there before a
 * route is loaded. An address that is none of these has every method, and is answered as unknown.
 */
const methodsOf: readonly [address: RegExp, methods: readonly string[]][] = [
  [/^\/api\/conversations$/, ["DELETE", "GET"]],
  [/^\/api\/conversations\/[^/]+$/, ["DELETE", "GET", "PATCH"]],
  [/^\/api\/conversations\/[^/]+\/(restore|runs)$/, ["POST"]],
  [/^\/api\/conversations\/[^/]+\/queue$/, ["GET", "POST"]],
  [/^\/api\/runs\/[^/]+(\/(fixture|graph|input))?$/, ["GET"]],
  [/^\/api\/runs\/[^/]+\/(events|messages)$/, ["GET", "POST"]],
  [/^\/api\/runs\/[^/]+\/(stop|fork)$/, ["POST"]],
  [/^\/api\/(agents|changes|workflows|runs|mcp-servers|models|health|metrics|schedules|session)$/, ["GET"]],
  [/^\/api\/models\/(test|key)$/, ["POST"]],
  [/^\/api\/runs\/[^/]+\/approvals\/[^/]+$/, ["POST"]],
  [/^\/api\/session\/(transfer|join|logout)$/, ["POST"]],
];

/** What `Allow` says of an address of the API. `path`: decoded. Undefined: it has every method. */
export function allowedMethods(path: string): readonly string[] | undefined {
  const methods = methodsOf.find(([address]) => address.test(path))?.[1];
  return methods && [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"];
}
