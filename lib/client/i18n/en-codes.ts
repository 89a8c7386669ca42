import type { CodeKey } from "./code-key.ts";

/** English words for the protocol's codes: failures, waits, ends and refusals. */
export const enCodes = {
  "pending.waiting": "Waiting for {model}",
  "pending.retry": "asking again ({n} of {of})",
  "pending.retry.in": "asking again in {time} ({n} of {of})",
  "pending.wait": "asking again",
  "pending.wait.in": "asking again in {time}",
  "pending.rate-limited": "{model} is busy",
  "pending.provider-failed": "{model} failed",
  "pending.unreachable": "{model} cannot be reached",
  "pending.cut-off": "The line to {model} broke",
  "pending.starting": "{model} is still loading",
  "pending.refused": "{model} cannot be reached; its server may be starting",
  "pending.slots": "{model} is busy with another question",
  "pending.long": "{time}, still waiting",
  "end.tokens": "{in}, {out}",
  "end.in": "{n} in",
  "end.out": "{n} out",
  "end.estimated": " (estimated)",
  "end.first": "first token {time}",
  "end.rate": "{n} tok/s",
  "end.fetched": "went on after {time}",
  "end.continued": "went on after {time}, asked again",
  "end.anew": "begun anew after {time}",
  "end.anew.now": "begun anew",
  "end.forked": "The conversation goes on from here",
  "end.stopped": "Stopped by you",
  "end.stopped.server": "Stopped",
  "end.expired": "Ended: nobody answered the question in the time that this server waits",
  "end.length": "Cut off: this is the most the model writes at once",
  "end.cut-off": "Cut off: the connection to the model broke in the middle of the answer",
  "end.other": "Ended for a reason of the model’s own, which is not known here",
  "end.filter": "Held back: a content filter ended this answer",
  "end.owner-gone": "Interrupted: the server restarted while this was written",
  "end.time-limit": "Interrupted: this took longer than the server may run at a time",
  "end.kept": "The text above is saved.",
  "end.nothing": "Nothing had been written yet.",
  "end.empty": "The model gave an empty answer",
  "error.kept": "Your message is kept.",
  "error.kept.partial": "What was written is kept.",
  "error.request": "Request {id}",
  "error.host": "The endpoint",
  "error.key-rejected": "The model refused the key",
  "error.key-rejected.do":
    "{host} does not accept the key of this server. Whoever runs it sets a valid one: as OPENAI_API_KEY, or in the variable that the model’s entry names.",
  "error.key-rejected.own":
    "{host} does not accept your own key. Change it in the settings, or forget it there.",
  "error.needs-key": "This answer needs your own key",
  "error.needs-key.do":
    "It was asked with your key for {host}, which only your browser keeps: whoever went on with it does not have it. Ask again from the browser that has it.",
  "error.model-not-found": "There is no such model",
  "error.model-not-found.do":
    "{host} has no model “{model}”, or its address is wrong. Both are in the server’s settings, which whoever runs it can correct.",
  "error.model-not-found.unlisted":
    "{host} does not say which models it has. Whoever runs this server can name a model in its settings.",
  "error.context-too-long": "The conversation is too long for this model",
  "error.context-too-long.do":
    "“{model}” cannot take in so much. Begin a new conversation and bring along only what is needed.",
  "error.context-too-long.numbers": "It had {asked} tokens; the model takes {limit}.",
  "error.context-too-long.limit": "The model takes {limit} tokens.",
  "error.context-too-long.full":
    "The conversation and this answer have filled what “{model}” can take in. Begin a new conversation, or ask a shorter question.",
  "error.context-too-long.left":
    "This question and its answer do not go out with what you ask next; Retry sends the question again.",
  "error.rate-limited": "The model is busy and asked us to wait",
  "error.rate-limited.do": "{host} takes no more requests for the moment. Try again in a little while.",
  "error.rate-limited.slots":
    "{host} takes few questions at a time and is busy with others. Try again in a little while.",
  "error.out-of-credit": "The account of this server is used up",
  "error.out-of-credit.do":
    "{host} answers again when its quota is renewed or paid for. Whoever runs this server can see to that.",
  "error.request-refused": "The model refused the request",
  "error.request-refused.do":
    "Asking {host} again will hardly help; put the question differently, or have the settings of this server looked at.",
  "error.request-refused.region":
    "{host} takes no requests from the country or region of this server. Another model may.",
  "error.request-refused.parameter":
    "{host} does not take something that is sent along with the question, such as tools or a limit. Whoever runs this server can look at the settings of the model.",
  "error.content-filter": "The content filter refused the question",
  "error.content-filter.do": "{host} does not answer this question. Put it differently.",
  "error.provider-failed": "The model failed",
  "error.provider-failed.do": "The fault is with {host}. It often works at the next attempt.",
  "error.provider-failed.starting":
    "{host} was still loading “{model}” after the time that we wait. Try again in a little while.",
  "error.unreachable": "The model cannot be reached",
  "error.unreachable.do": "The connection to {host} failed. Check the network of the server, then try again.",
  "error.unreachable.name":
    "Nobody knows the name {host}. Check it, and the network of the server, then try again.",
  "error.unreachable.refused": "Nothing answers at {host}. Start the model’s server there, then try again.",
  "error.unreachable.tls":
    "The connection to {host} is not safe: its certificate is not accepted. Nothing was sent.",
  "error.timeout": "The model took too long",
  "error.timeout.do": "{host} sent nothing for longer than we wait. Try again.",
  "error.timeout.start": "{host} did not begin to answer for longer than we wait. Try again.",
  "error.timeout.silence": "{host} fell silent in the middle of the answer.",
  "error.cut-off": "The answer was cut off",
  "error.cut-off.do": "The connection to the model broke before the answer was complete.",
  "error.cut-off.forgotten": "{host} no longer has the rest of this answer.",
  "error.limit-reached": "The answer went beyond a limit of this server",
  "error.limit-reached.do": "It was ended there.",
  "error.limit-reached.size":
    "It was longer than this server takes in (ANSWER_CHARACTERS), and was ended there.",
  "error.limit-reached.time": "It took longer than this server allows (ANSWER_SECONDS), and was ended there.",
  "error.limit-reached.agent-steps":
    "The agent took as many steps as one answer may have, and called tools in each of them. Ask it to go on, or put the question differently.",
  "error.limit-reached.agent-tokens": "The agent used as many tokens as one answer may take.",
  "error.limit-reached.agent-time": "The agent worked for as long as one answer may take.",
  "error.bad-response": "The model’s answer could not be read",
  "error.bad-response.do": "{host} sent something that is not an answer. Try again.",
  "error.bad-response.page":
    "{host} sent a page or plain text in place of an answer. Its address is probably wrong: whoever runs this server sets OPENAI_BASE_URL, or the baseURL of the model’s entry.",
  "error.bad-response.no-answer":
    "It was asked several times and gave thoughts at most, no answer. Try again, or choose another model.",
  "error.bad-response.unfit-answer":
    "It was asked several times, and no answer had the form that was asked for. Try again, or choose another model.",
  "error.bad-schema": "The form cannot be used",
  "error.bad-schema.do": "No model was asked. Correct the form in your question, and ask again.",
  "error.bad-input": "The workflow cannot begin with this",
  "error.bad-input.do": "No step was run. Correct what you gave it, and ask again.",
  "error.workflow-failed": "A step of the workflow failed",
  "error.workflow-failed.do":
    "{steps} came to no end, and was tried as often as it may be. Try again: the workflow begins anew.",
  "error.workflow-failed.no-result":
    "Nothing was left to do, and no step had ended the workflow. Whoever wrote it has to look at it.",
  "error.workflow-failed.unfit-result":
    "The result does not have the form that the workflow promises. Try again, or ask whoever wrote it.",
  "error.workflow-timeout": "The workflow took too long",
  "error.workflow-timeout.do": "It was ended at its time limit, while {steps} ran. Try again.",
  "error.workflow-changed": "The workflow has changed",
  "error.workflow-changed.do":
    "Its steps are no longer those that this run began with, and it cannot go on. Try again: it begins anew.",
  "error.too-large": "The answer is too large for this server’s store",
  "error.too-large.do":
    "The store does not take so much in one piece. The answer was ended there; ask for it in smaller pieces. Whoever runs this server can raise the store’s limit.",
  "error.record-damaged": "A stored part of this conversation cannot be read",
  "error.record-damaged.do":
    "It was damaged in the server’s store, and the answer ended there. What can be read is kept. Whoever runs this server can restore it from a copy; the log says which record it is.",
  "error.unexpected": "Something went wrong on our side",
  "error.unexpected.do": "The server’s log says what. Try again.",
  "problem.unsent": "not sent",
  "problem.offline": "waiting",
  "problem.offline.why": "Waiting for the connection. It goes out by itself.",
  "problem.no_connection": "Not sent: no connection. The text stays here.",
  "problem.stopped": "Not sent: it was stopped before it went out. The text stays here.",
  "problem.store_unavailable":
    "Not sent: the server cannot store anything at the moment. The text stays here.",
  "problem.start_unknown":
    "The server cannot say whether it has this: its store does not answer. Send it again; it is asked only once.",
  "problem.record_damaged":
    "Not sent: a stored part of this conversation cannot be read. Begin a new one; the text stays here.",
  "problem.shutting_down": "Not sent: the server is restarting. Try again in a moment.",
  "problem.server_busy": "Not sent: the server has too much to do. Try again in a moment.",
  "problem.conversation_busy": "Not sent: an answer is being written here already, asked for in another tab.",
  "problem.run_complete": "Not sent: this answer is complete already.",
  "problem.run_over": "Not sent: this answer has ended.",
  "problem.stale_parent":
    "Not sent: this conversation has gone on in another tab. Read it first, then send again.",
  "problem.rate_limited": "Not sent: too many questions in a short time. The text stays here.",
  "problem.too_many_live":
    "Not sent: too many of your answers are being written at once. Stop one, or wait. The text stays here.",
  "problem.budget":
    "Not sent: what this server may spend on answers is used up for now. The text stays here.",
  "problem.no_session": "Not sent: your session has ended. Reload the page; the text is kept.",
  "problem.no_cookies":
    "Not sent: this browser keeps no cookies for this address, and without one nothing can be stored for you. Allow them and try again.",
  "problem.not_found": "Not sent: this conversation is not there any more. The text stays here.",
  "problem.deleted": "Not sent: this conversation was deleted. The text stays here.",
  "problem.unknown_model":
    "Not sent: the model is not offered any more. Choose another one above, then try again.",
  "problem.text_too_long": "Not sent: the message is longer than {max} characters. Shorten it.",
  "problem.body_too_large": "Not sent: the message is too large. Shorten it.",
  "problem.bad_field": "Not sent: the server did not accept this message. Change it and try again.",
  "problem.foreign_origin":
    "Not sent: this page comes from another address than the server. Open it at the server’s own.",
  "problem.run_conflict": "Not sent: another message went out under the same number. Try again.",
  "problem.unexpected": "Not sent: something went wrong on the server. The text stays here.",
} as const satisfies Readonly<Record<CodeKey, string> & Record<string, string>>;
