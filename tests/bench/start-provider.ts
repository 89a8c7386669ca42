import { join } from "node:path";
import { type Child, startChild } from "./start-child.ts";

/** What the provider answers; sent to it as the question. */
export interface BenchScript {
  deltas: number;
  /** 0: as fast as the socket takes them. */
  everyMs: number;
  /** They are the arguments of a call; a model that is given its result has nothing to add. */
  asArguments?: boolean;
  /** Stays open, silent, after the last delta. */
  hang?: boolean;
  /** To be asked by when its connection was closed. */
  id?: string;
}

/** The model that all contenders share. `url` is its base URL. */
export async function startProvider(): Promise<Child & { url: string }> {
  const child = await startChild([join(import.meta.dirname, "provider.ts")], {}, /ready \d+/);
  const port = /ready (\d+)/.exec(child.output())?.[1];
  return { ...child, url: `http://127.0.0.1:${port}/v1` };
}
