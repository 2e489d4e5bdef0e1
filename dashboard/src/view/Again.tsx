import { t } from "../i18n";

/** What could not be fetched, and a button to try again. */
export function Again({ onClick }: { onClick: () => void }) {
  return (
    <p class="wrong" role="alert">
      {t.fetchFailed}{" "}
      <button type="button" class="button" onClick={onClick}>
        {t.again}
      </button>
    </p>
  );
}
