/** Keywords that ask nothing of a value by themselves. */
export const silentKeywords: ReadonlySet<string> = new Set([
  ...["$schema", "$comment", "$defs", "definitions", "title", "description", "default", "examples"],
  ...["deprecated", "readOnly", "writeOnly", "format"],
  ...["contentEncoding", "contentMediaType", "contentSchema"],
  // Beside another one, which reads them.
  ...["then", "else", "additionalItems", "minContains", "maxContains"],
]);
