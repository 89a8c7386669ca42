/**
 * The first of `fields` that was sent and that the body of a rejection names: what an endpoint refuses and a
 * request can do without. Undefined: it is about something else.
 */
export const refusedField = <F extends string>(
  body: string,
  sent: object,
  fields: readonly F[],
): F | undefined => fields.find((field) => field in sent && new RegExp(`\\b${field}\\b`).test(body));
