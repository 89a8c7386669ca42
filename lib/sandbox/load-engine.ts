import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSWASMModule } from "quickjs-emscripten-core";

export interface Engine {
  quickJs: QuickJSWASMModule;
  memory: WebAssembly.Memory;
}

/** What the engine begins with. */
const minMemoryMb = 16;
/** Pages of 64 KB. */
const pagesPerMb = 16;

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * Reads and compiles all that an engine is made of, so that making one takes a few milliseconds. `given`:
 * what another thread has compiled; with it nothing is, and what V8 makes better meanwhile serves all.
 */
export async function loadEngine(given?: WebAssembly.Module): Promise<WebAssembly.Module> {
  if (given) compiled = Promise.resolve(given);
  const [engine] = await Promise.all([compileEngine(), variant.importFFI(), variant.importModuleLoader()]);
  return engine;
}

/** QuickJS in a WebAssembly memory of its own, which nothing that runs in it makes larger than that. */
export async function createEngine(memoryMb: number): Promise<Engine> {
  const memory = new WebAssembly.Memory({
    initial: minMemoryMb * pagesPerMb,
    maximum: memoryMb * pagesPerMb,
  });
  const wasmModule = await compileEngine();
  const own = newVariant(variant, { wasmModule, wasmMemory: memory });
  return { quickJs: await newQuickJSWASMModuleFromVariant(own), memory };
}

function compileEngine(): Promise<WebAssembly.Module> {
  const address = import.meta.resolve("@jitl/quickjs-wasmfile-release-sync/wasm");
  compiled ??= readFile(fileURLToPath(address)).then((bytes) => WebAssembly.compile(bytes));
  return compiled;
}
