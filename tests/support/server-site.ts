import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { isEnded } from "#lib/protocol/run-status.ts";
import { openSqlite } from "#lib/storage/sqlite.ts";
import type { Storage } from "#lib/storage/storage.ts";
import { type AppServer, type AppServerOptions, startAppServer } from "./app-server.ts";
import type { ScriptedModelServer } from "./scripted-model-server.ts";
import { waitUntil } from "./wait-until.ts";

/** A data directory, and servers on it that ask the model; all is gone when the test is over. */
export interface ServerSite {
  dataDir: string;
  start(options?: AppServerOptions): Promise<AppServer>;
  /** The store, opened beside the servers. */
  openStore(): Storage;
}

/** `shared`: what every server of the site is started with. */
export function serverSite(
  t: TestContext,
  model: ScriptedModelServer,
  shared: AppServerOptions = {},
): ServerSite {
  const dataDir = mkdtempSync(join(tmpdir(), "rivulet-site-"));
  const servers: AppServer[] = [];
  const stores: Storage[] = [];
  t.after(async () => {
    for (const server of servers) await server.kill();
    for (const store of stores) await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    dataDir,
    async start(options = {}) {
      const env = {
        ...{ OPENAI_BASE_URL: model.url, OPENAI_MODEL: "scripted" },
        ...shared.env,
        ...options.env,
      };
      const server = await startAppServer({ ...shared, ...options, env, dataDir });
      servers.push(server);
      return server;
    },
    openStore() {
      const store = openSqlite({ dir: dataDir });
      stores.push(store);
      return store;
    },
  };
}

/** Waits until the run has ended, in whichever way. */
export const runOver = (store: Storage, runId: string, limitMs = 20_000): Promise<void> =>
  waitUntil(
    "the run is over",
    async () => {
      const run = await store.runs.run(runId);
      return run !== null && isEnded(run.status);
    },
    limitMs,
  );
