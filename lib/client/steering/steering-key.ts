/** Where a tab keeps what was written in a conversation while an answer was. */
export const steeringKey = (conversationId: string): string => `rivulet-steering:${conversationId}`;
