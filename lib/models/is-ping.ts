/** A frame that only shows that the server is alive, by its data or its name. */
export const isPing = (text: string): boolean =>
  /^\W*(ping|pong|heart-?beat|keep-?alive|processing)\W*$/i.test(text);
