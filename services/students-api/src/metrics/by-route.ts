/** One value for each method and route there is, made when it is first asked for. */
export class ByRoute<Value> {
  readonly #make: (method: string, route: string) => Value
  // Two maps rather than one of joined keys: a text that is new each time has to be hashed each time.
  readonly #methods = new Map<string, Map<string, Value>>()

  constructor(make: (method: string, route: string) => Value) {
    this.#make = make
  }

  of(method: string, route: string): Value {
    let routes = this.#methods.get(method)
    if (!routes) this.#methods.set(method, (routes = new Map()))
    let value = routes.get(route)
    if (value === undefined) routes.set(route, (value = this.#make(method, route)))
    return value
  }

  values(): IteratorObject<Value> {
    return this.#methods.values().flatMap((routes) => routes.values())
  }
}
