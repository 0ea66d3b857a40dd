/** The text format of Prometheus: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export class Exposition {
  readonly #lines: string[] = []

  get text(): string {
    return `${this.#lines.join('\n')}\n`
  }

  /** Begins a metric; its samples follow. */
  metric(name: string, type: 'counter' | 'gauge' | 'histogram', help: string): void {
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`)
  }

  sample(name: string, labels: Readonly<Record<string, string | number>>, value: number): void {
    const pairs = Object.entries(labels).map(([label, of]) => `${label}="${escaped(String(of))}"`)
    this.#lines.push(`${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`)
  }

  gauge(name: string, help: string, value: number): void {
    this.metric(name, 'gauge', help)
    this.sample(name, {}, value)
  }
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
