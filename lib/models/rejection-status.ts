/**
 * The HTTP status that the text of a rejection (`rejectionText`) names, by its number or by a word of one of
 * the usual vocabularies: OpenAI's, Anthropic's, Google's, AWS's, Python's. Undefined: it names none.
 * `status`: the one that it came with, which says more than a word that is used for everything.
 */
export function rejectionStatus(text: string, status?: number): number | undefined {
  // Overloaded or not: it takes no more for now.
  if (status === 429) return status;
  const stated = statedStatus(text);
  if (stated !== undefined) return stated;
  const words = [...text.matchAll(kindField)].map(([, word = ""]) =>
    word.toLowerCase().replace(/[^a-z]/g, ""),
  );
  const known = (list: Kinds) => list.find(([kind]) => words.some((word) => kind.test(word)))?.[1];
  return known(kinds) ?? status ?? known(vagueKinds);
}

/** The number alone. */
export function statedStatus(text: string): number | undefined {
  const number = statusField.exec(text)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** A number that an HTTP status can be; others are the provider's own. */
const statusField = /^(?:http_?)?(?:status|code|error)(?:_?code)?: ([45]\d\d)$/im;
/** A single word: a code or a type. */
const kindField = /^(?:code|type|status|reason|name|error|error_?type|error_?code|__type): ([\w.#:/-]+)$/gim;

type Kinds = readonly [kind: RegExp, status: number][];

/** Of a word in small letters without anything between them. The first that matches counts. */
const kinds: Kinds = [
  [/ratelimit|resourceexhausted|throttl|toomanyrequests|requestlimit|limitrequests|quotaexceeded/, 429],
  [/overload|unavailable|capacityexceeded|busy/, 503],
  [/authentication|unauthenticated|unauthori[sz]ed|invalid(x)?(api)?key|apikeyinvalid/, 401],
  [/permission|^forbidden|accessdenied/, 403],
  [/^(paymentrequired|billingerror)/, 402],
  [/notfound/, 404],
  [/timeout|deadlineexceeded/, 504],
  [/toolusefailed/, 500],
  [/unimplemented|notimplemented/, 501],
];

/** Some gateways have one word for all. */
const vagueKinds: Kinds = [
  [/invalidrequest|badrequest|invalidargument|validation|failedprecondition|outofrange|extraforbidden/, 400],
  [/internal|servererror|apierror|serviceerror|dataloss/, 500],
];
