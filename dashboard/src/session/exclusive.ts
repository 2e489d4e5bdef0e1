/** Runs one action of this name at a time across all tabs, where the browser supports Web Locks. */
export function exclusively<Value>(name: string, action: () => Promise<Value>): Promise<Value> {
  // Web Locks need https or localhost. Elsewhere the server tolerates two refreshes at once.
  return navigator.locks ? navigator.locks.request(name, action) : action();
}
