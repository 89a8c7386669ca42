/** What is wrong with an expression, in words for whoever wrote it. */
export class CalculationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "CalculationError";
  }
}
