/** Who answers: a name and how it is told to behave. Tools and handoffs join it here. */
export interface Agent {
  name: string;
  /** The one system message of every request it makes. */
  instructions: string;
}
