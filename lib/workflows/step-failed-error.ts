/** A step has failed for good: no attempt is left. */
export class StepFailedError extends Error {
  readonly step: string;

  constructor(step: string, attempts: number, cause: Error) {
    const times = attempts === 1 ? "" : ` after ${attempts} attempts`;
    super(`the step ${step} failed${times}: ${cause.message}`, { cause });
    this.name = "StepFailedError";
    this.step = step;
  }
}
