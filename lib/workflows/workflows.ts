import type { Workflow } from "./define-workflow.ts";
import { summariseDocument } from "./summarise-document.ts";
import { writeWithReview } from "./write-with-review.ts";

/** Every workflow that a run can name. */
export const workflows: readonly Workflow[] = [summariseDocument, writeWithReview];
