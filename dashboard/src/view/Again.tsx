import { t } from "../i18n";

/** A failure message with a retry button. */
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
