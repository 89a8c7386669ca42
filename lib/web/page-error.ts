/** Why a page was not read, in words for the model and for people. */
export class PageError extends Error {
  constructor(words: string, options?: ErrorOptions) {
    super(words, options);
    this.name = "PageError";
  }
}
