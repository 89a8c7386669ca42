/** English words for what is written while an answer is. */
export const enSteering = {
  "steering.label": "Messages for the answer that is being written",
  "steering.ways": "What becomes of this message",
  "steering.into": "Into this answer",
  "steering.after": "After this answer",
  "steering.stop": "Stop and send",
  "steering.sending": "on its way",
  "steering.recorded": "goes into the answer at its next step",
  "steering.settled": "is asked next",
  "steering.queued": "is asked after this answer",
  "steering.now": "Send now",
  "steering.remove": "Remove",
  "steering.late": "Written for the answer above, which ended before it. So it was asked next.",
} as const;
