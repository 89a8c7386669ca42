import type { Storage } from "../../storage/storage.ts";
import { StorageError } from "../../storage/storage-error.ts";
import { answerAnyone } from "../answer-request.ts";
import type { ApiServer } from "../api-server.ts";
import type { Route } from "../route.ts";
import { storeFailures } from "../store-failures.ts";

/** What keeps a process from serving: which part it is, and in `detail` what is wrong with it. */
interface Fault {
  status: "closing" | "store-unavailable" | "session-secret";
  detail?: string;
}

/** Whether this process can serve (protocol 3.7). */
const getHealth: Route = (request, _, server) =>
  answerAnyone(request, server.access, async () => {
    const { context, version, config } = server;
    const fault = await findFault(server);
    const body = {
      ...(fault ?? { status: "ok" }),
      ...{ storage: context.storage.name, version },
      ...(config.code && { code: "on" }),
    };
    return Response.json(body, {
      status: fault ? 503 : 200,
      headers: { "cache-control": "no-store" },
    });
  });

async function findFault({ closing, context, secretFault }: ApiServer): Promise<Fault | undefined> {
  const detail = await storeFault(context.storage);
  if (closing.aborted) return { status: "closing" };
  if (detail !== undefined) return { status: "store-unavailable", detail };
  const secret = secretFault?.();
  return secret === undefined ? undefined : { status: "session-secret", detail: secret };
}

async function storeFault(storage: Storage): Promise<string | undefined> {
  try {
    await storage.ping();
    await storage.tryWrite?.();
    return undefined;
  } catch (error) {
    return error instanceof StorageError ? (error.detail ?? storeFailures[error.code]) : "the store fails";
  }
}

export const healthRoute = { GET: getHealth };
