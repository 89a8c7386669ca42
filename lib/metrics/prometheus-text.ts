export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** Behind the name of its family: `_bucket`, `_sum`, `_count`. */
  suffix?: string;
  labels?: Labels;
  value: number;
}

export interface MetricFamily {
  name: string;
  help: string;
  type: "counter" | "gauge" | "histogram";
  samples: readonly Sample[];
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const prometheusType = "text/plain; version=0.0.4; charset=utf-8";

/** Families in the text format of Prometheus, version 0.0.4. */
export const prometheusText = (families: readonly MetricFamily[]): string =>
  families
    .flatMap(({ name, help, type, samples }) => [
      `# HELP ${name} ${help}`,
      `# TYPE ${name} ${type}`,
      ...samples.map(({ suffix = "", labels = {}, value }) => `${name}${suffix}${inBraces(labels)} ${value}`),
    ])
    .map((line) => `${line}\n`)
    .join("");

function inBraces(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapedLabel(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

const escapes: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n" };

const escapedLabel = (value: string): string => value.replace(/[\\"\n]/g, (each) => escapes[each] ?? each);
