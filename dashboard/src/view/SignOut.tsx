import { useState } from "preact/hooks";
import { t } from "../i18n";
import type { Leave } from "./useSession";

export function SignOut({ leave }: { leave: Leave }) {
  return <Button text={t.signOut.submit} onLeave={leave.signOut} testId="sign-out" />;
}

/** Ends the sign-ins of a lost laptop or of a forgotten browser too. */
export function EndAll({ leave }: { leave: Leave }) {
  return (
    <>
      <p class="soft">{t.signOut.allHint}</p>
      <Button text={t.signOut.all} onLeave={leave.endAll} testId="end-all" />
    </>
  );
}

function Button({ text, onLeave, testId }: { text: string; onLeave: () => Promise<void>; testId: string }) {
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const run = async () => {
    setBusy(true);
    setFailed(false);
    try {
      await onLeave();
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
        onClick={() => !busy && void run()}
        data-testid={testId}
      >
        {text}
      </button>
      {failed && (
        <p class="wrong" role="alert">
          {t.signOut.failed}
        </p>
      )}
    </>
  );
}
