import { t } from "../i18n";

/** Shown instead of a view that failed. */
export function Broken() {
  return (
    <p class="hint" role="alert">
      {t.viewFailed}{" "}
      <button type="button" class="button" onClick={() => location.reload()}>
        {t.reload}
      </button>
    </p>
  );
}
