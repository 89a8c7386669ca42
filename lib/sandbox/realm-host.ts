import type { QuickJSContext, QuickJSHandle } from "quickjs-emscripten-core";
import type { CurrentRun } from "./current-run.ts";
import { isPngBytes, isSvgText, maxImageBytes, readImage } from "./read-image.ts";
import type { FromSandbox } from "./sandbox-message.ts";

/** Of one run, and in bytes together. */
const maxImages = 8;
/** Four characters for three bytes, and some that fill up. */
const base64Growth = 1.335;
/** At the same time. */
const maxCalls = 1000;
const maxTimers = 1000;

/** All that code in a sandbox can have done outside of it, by way of prelude.ts. */
export function realmHost(
  ctx: QuickJSContext,
  run: () => CurrentRun,
  send: (message: FromSandbox) => void,
): QuickJSHandle {
  const text = (handle: QuickJSHandle | undefined) => (handle ? ctx.getString(handle) : "");
  const number = (handle: QuickJSHandle | undefined) => (handle ? ctx.getNumber(handle) : Number.NaN);
  const truth = (is: boolean) => (is ? ctx.true : ctx.false);
  const fault = (words: string | undefined) => (words === undefined ? undefined : ctx.newString(words));

  function keepImage(given: string | Uint8Array): string | undefined {
    const image = readImage(given);
    if (typeof image === "string") return image;
    if (run().images.length >= maxImages) return `one run shows at most ${maxImages} images`;
    const taken = run().images.reduce((sum, { data }) => sum + data.length, image.data.length);
    if (taken > maxImageBytes * base64Growth) return "the images of one run have at most 256 KB together";
    run().images.push(image);
    return undefined;
  }

  function callTool(id: number, name: string, json: string): string | undefined {
    if (run().calls.size >= maxCalls) return `at most ${maxCalls} calls of tools at the same time`;
    run().flush();
    run().calls.add(id);
    send({ type: "call", id, name, json });
    return undefined;
  }

  function setTimer(id: number, due: number): string | undefined {
    if (run().timers.size >= maxTimers) return `at most ${maxTimers} timers at the same time`;
    run().timers.set(id, due);
    return undefined;
  }

  const functions: Record<string, (...given: QuickJSHandle[]) => QuickJSHandle | undefined> = {
    log(handle) {
      const line = text(handle);
      if (run().budget.takeOutput(line)) run().print(line);
      return undefined;
    },
    flood() {
      run().budget.flood();
      return undefined;
    },
    isSvg: (handle) => truth(isSvgText(text(handle))),
    isPng: (handle) => truth(withBytes(ctx, handle, isPngBytes)),
    imageText: (handle) => fault(keepImage(text(handle))),
    imageBytes: (handle) => fault(withBytes(ctx, handle, keepImage)),
    call: (id, name, json) => fault(callTool(number(id), text(name), text(json))),
    timer: (id, due) => fault(setTimer(number(id), number(due))),
    cancel(id) {
      run().timers.delete(number(id));
      return undefined;
    },
  };
  return hostObject(ctx, functions);
}

/** Its own copy: what lies in the sandbox's memory may move. */
function withBytes<T>(
  ctx: QuickJSContext,
  handle: QuickJSHandle | undefined,
  use: (bytes: Uint8Array) => T,
): T {
  const buffer = ctx.getArrayBuffer(handle ?? ctx.undefined);
  try {
    return use(buffer.value.slice());
  } finally {
    buffer.dispose();
  }
}

function hostObject(
  ctx: QuickJSContext,
  functions: Record<string, (...given: QuickJSHandle[]) => QuickJSHandle | undefined>,
): QuickJSHandle {
  const object = ctx.newObject();
  for (const [name, work] of Object.entries(functions)) {
    const handle = ctx.newFunction(name, (...given) => work(...given));
    ctx.setProp(object, name, handle);
    handle.dispose();
  }
  return object;
}
