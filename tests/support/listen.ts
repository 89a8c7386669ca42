import type { Server } from "node:net";

/** Listens on loopback, on a free port unless one is given, and resolves with it. */
export async function listen(server: Server, at = 0): Promise<number> {
  await new Promise<void>((resolve) => server.listen(at, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}
