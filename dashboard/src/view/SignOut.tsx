import { useState } from "preact/hooks";
import { t } from "../i18n";

export function SignOut({ onSignOut }: { onSignOut: () => Promise<void> }) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const leave = async () => {
    setBusy(true);
    setFailed(false);
    try {
      await onSignOut();
    } catch (error) {
      console.warn("signing out failed", error);
      setFailed(true);
      setBusy(false);
    }
  };
  return (
    <>
      <button
        type="button"
        class="button"
        aria-disabled={busy}
        onClick={() => !busy && void leave()}
        data-testid="sign-out"
      >
        {t.signOut.submit}
      </button>
      {failed && (
        <p class="wrong" role="alert">
          {t.signOut.failed}
        </p>
      )}
    </>
  );
}
