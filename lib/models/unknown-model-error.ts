/** The caller's fault: a model was asked for that is not on the list. */
export class UnknownModelError extends Error {
  // By name: Next gives route handlers and instrumentation copies of this module of their own.
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === "UnknownModelError";
  }

  readonly modelId: string;

  constructor(modelId: string) {
    // Quoted and cut: the id may hold anything.
    super(
      `There is no model ${JSON.stringify(modelId.slice(0, 200))}: GET /api/models lists those there are.`,
    );
    this.name = "UnknownModelError";
    this.modelId = modelId;
  }
}
