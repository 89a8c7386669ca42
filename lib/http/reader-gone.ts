/**
 * Why a response ends before it is complete. By the name of the error Next knows that nobody waits for the
 * rest, and writes no stack into the log.
 */
export const readerGone = (): DOMException => new DOMException("the response was cut off", "AbortError");
