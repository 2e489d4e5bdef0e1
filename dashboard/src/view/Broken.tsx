import { t } from "../i18n";

/** In the place of what could not be shown. */
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
