import { isContent, type Model, type ModelPart } from "../model.ts";
import { ModelError } from "../model-error.ts";
import type { RefusedMemory } from "../provider-model.ts";
import { createReactModel, usesTools } from "./react-model.ts";

/**
 * How a model is offered tools: as its endpoint takes them (`native`), in words (`react`), or in words once
 * the endpoint refuses them (`auto`).
 */
export type ToolCalling = "auto" | "native" | "react";

/**
 * `model` as it is asked with tools. For `auto`, it throws where its endpoint refuses `tools`, and that is
 * remembered in `refused` once it has answered without them.
 */
export function withToolCalling(model: Model, toolCalling: ToolCalling, refused: RefusedMemory): Model {
  if (toolCalling === "native") return model;
  const react = createReactModel(model);
  if (toolCalling === "react") return { ...react, native: model };

  async function* learn(parts: AsyncIterable<ModelPart>): AsyncGenerator<ModelPart> {
    for await (const part of parts) {
      if (isContent(part)) refused.fields = refused.fields.union(new Set(["tools"]));
      yield part;
    }
  }

  return {
    ...model,
    native: model,
    inWords: (beside) => (refused.fields.has("tools") ? react.inWords?.(beside) : undefined),
    stream(request, signal) {
      if (!usesTools(request)) return model.stream(request, signal);
      if (refused.fields.has("tools")) return react.stream(request, signal);
      return orInstead(model.stream(request, signal), (error) =>
        refusesTools(error) ? learn(react.stream(request, signal)) : undefined,
      );
    },
  };
}

const refusesTools = (error: unknown): boolean =>
  error instanceof ModelError && error.refusedFields.includes("tools");

/**
 * `first`, or what takes its place where it fails before the model said anything. No generator: each one
 * more costs every delta.
 */
function orInstead(
  first: AsyncIterable<ModelPart>,
  instead: (error: unknown) => AsyncIterable<ModelPart> | undefined,
): AsyncIterable<ModelPart> {
  return {
    [Symbol.asyncIterator]() {
      let parts = first[Symbol.asyncIterator]();
      let hasBegun = false;

      async function begin(): Promise<IteratorResult<ModelPart>> {
        try {
          const result = await parts.next();
          hasBegun = result.done === true || isContent(result.value);
          return result;
        } catch (error) {
          const other = instead(error);
          if (!other) throw error;
          hasBegun = true;
          parts = other[Symbol.asyncIterator]();
          return parts.next();
        }
      }

      return {
        next: () => (hasBegun ? parts.next() : begin()),
        return: async () => (await parts.return?.()) ?? { done: true, value: undefined },
      };
    },
  };
}
