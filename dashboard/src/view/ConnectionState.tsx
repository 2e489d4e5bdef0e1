import { t } from "../i18n";
import type { Connection } from "../live/socket";

interface Props {
  readonly connection: Connection;
  /** Whether the full class has arrived: the page is not live before. */
  readonly synced: boolean;
  readonly now: number;
}

export function ConnectionState({ connection, synced, now }: Props) {
  const state = connection.state === "live" && !synced ? "catchingUp" : connection.state;
  return (
    <div class={`connection ${state}`} data-testid="connection" data-state={state}>
      <span class="dot" aria-hidden="true" />
      <span role="status">{t.connection[state]}</span>
      {connection.retryAt !== null && (
        // Outside the live region: a screen reader must not read every second.
        <span class="retry">{t.retry(Math.max(0, Math.ceil((connection.retryAt - now) / 1000)))}</span>
      )}
    </div>
  );
}
