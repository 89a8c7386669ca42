import variant from "@jitl/quickjs-wasmfile-release-sync";
import { newQuickJSWASMModuleFromVariant, newVariant, type QuickJSWASMModule } from "quickjs-emscripten-core";

/** Reads all that an engine is made of, so that making one takes a few milliseconds. */
export async function loadEngine(): Promise<void> {
  await createEngine(minMemoryMb);
}

/** What the engine begins with. */
const minMemoryMb = 16;

/** Pages of 64 KB. */
const pagesPerMb = 16;

export interface Engine {
  quickJs: QuickJSWASMModule;
  memory: WebAssembly.Memory;
}

/** QuickJS in a WebAssembly memory of its own, which nothing that runs in it makes larger than that. */
export async function createEngine(memoryMb: number): Promise<Engine> {
  const memory = new WebAssembly.Memory({
    initial: minMemoryMb * pagesPerMb,
    maximum: memoryMb * pagesPerMb,
  });
  return {
    quickJs: await newQuickJSWASMModuleFromVariant(newVariant(variant, { wasmMemory: memory })),
    memory,
  };
}
