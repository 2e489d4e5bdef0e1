import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

interface Props {
  readonly heading: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

/** A window over the page: it keeps the focus, closes with Esc, and hands the focus back. */
export function Dialog({ heading, onClose, children }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const opener = document.activeElement;
    dialog.current?.showModal();
    // A window that is taken away hands no focus back by itself.
    return () => opener instanceof HTMLElement && opener.focus();
  }, []);
  return (
    <dialog class="settings" ref={dialog} onCancel={onClose} aria-labelledby={id}>
      <h2 id={id}>{heading}</h2>
      {children}
    </dialog>
  );
}
