import { useLayoutEffect, useRef } from 'react';
import type { ReactNode } from 'react';

interface ModalProps {
  /** The id of the heading inside. */
  labelledBy: string;
  describedBy?: string;
  role?: 'dialog' | 'alertdialog';
  /** Escape was pressed. */
  onCancel: () => void;
  children: ReactNode;
}

/** A native modal dialog, open for as long as it is rendered. The browser keeps the focus inside and gives it back. */
export function Modal({
  labelledBy,
  describedBy,
  role = 'dialog',
  onCancel,
  children,
}: ModalProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // Before the element leaves the page, so that the browser can give the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    // The browser puts the focus on the first control inside.
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      role={role}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onCancel={(event) => {
        event.preventDefault(); // what is open is decided by what is rendered
        onCancel();
      }}
    >
      {children}
    </dialog>
  );
}
