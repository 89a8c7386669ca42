/** Where a tab keeps what is being written in a form: `key` says in which, and what of it. */
export const keptAnswerKey = (key: string): string => `rivulet-answer:${key}`;
