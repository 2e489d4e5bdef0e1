/** Runs one action of a name at a time in all tabs of this page, where the browser can see to it (Web Locks). */
export function alone<Value>(name: string, action: () => Promise<Value>): Promise<Value> {
  // Only over https and on this machine; elsewhere the server's grace for two at once has to do.
  return navigator.locks ? navigator.locks.request(name, action) : action();
}
