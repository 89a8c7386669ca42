/** Keywords that ask nothing of a value by themselves: known ones, and what tools note for themselves. */
export const isSilentKeyword = (keyword: string): boolean =>
  silentKeywords.has(keyword) || keyword.startsWith("x-");

const silentKeywords: ReadonlySet<string> = new Set([
  ...["$schema", "$comment", "$defs", "definitions", "title", "description", "default", "examples"],
  ...["deprecated", "readOnly", "writeOnly", "format"],
  ...["contentEncoding", "contentMediaType", "contentSchema"],
  // Beside another one, which reads them.
  ...["then", "else", "additionalItems", "minContains", "maxContains"],
  // Of OpenAPI and of editors.
  ...["discriminator", "example", "externalDocs", "xml", "enumNames", "enumDescriptions"],
  ...["markdownDescription", "propertyOrdering"],
]);
