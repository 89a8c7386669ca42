import { after } from "node:test";
import { type ScriptedModelServer, startScriptedModelServer } from "./scripted-model-server.ts";

/** A scripted endpoint for all tests of a file: closed after them. */
export async function testedEndpoint(): Promise<ScriptedModelServer> {
  const server = await startScriptedModelServer();
  after(() => server.close());
  return server;
}

/** What an answer may take where that is not what is tested. */
export const wideLimits = { firstByteMs: 5000, idleMs: 5000, maxCharacters: 1e6 } as const;
