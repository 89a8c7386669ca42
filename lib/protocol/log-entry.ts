/** One event as stored. Readers get its JSON as it is, unparsed. */
export interface LogEntry {
  seq: number;
  epoch: number;
  json: string;
}
